"""Pin what the nights say today: `python -m tests.characterisation.rewrite`, from the project's folder, after a change that is meant."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from .cases import told
from .comparison import written


def main() -> int:
    """Write every case's JSON file anew."""
    with tempfile.TemporaryDirectory(prefix="nightshift-characterisation-") as folder:
        for case, facts in told(Path(folder)):
            case.file.write_text(written(facts), encoding="utf-8")
            sys.stdout.write(f"{case.name}: {facts['decision']}, {facts['challenger']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
