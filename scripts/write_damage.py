"""Damages every file of a release of every format, and writes what was refused into docs/figures.md (`make damage`; minutes)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
from damaged_files import FAMILIES, Row, before_any_loader, files_of, sealed_again, small_release

from nightshift.storage import store

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures.md"
BEGIN, END = "<!-- damage: written by `make damage` -->", "<!-- damage ends -->"
EACH, SEALED = 60, 3  # of each of the three harms: on the disk; and sealed again, a process each


def rows(each: int, sealed: int) -> list[Row]:
    """Every file of every family's release; a file of one kind is sealed again once, in the first family that has it."""
    found, met = [], set()
    for family, params in FAMILIES.items():
        random, release = np.random.default_rng(7), small_release(family, params)
        for file in files_of(release):
            name = file.relative_to(store.path(release)).as_posix()
            damaged, refused = before_any_loader(release, file, each, random)
            again = {} if name in met else sealed_again(release, file, sealed, random)
            met.add(name)
            found.append(Row(family, name, damaged, refused, **again))
            print(found[-1], flush=True)
    return found


def table(found: list[Row]) -> str:
    """The counts as Markdown."""
    head = [
        "family", "file", "damaged", "refused before any loader", "sealed again", "process died", "process refused", "answered otherwise",
        "answered the same",
    ]  # fmt: skip
    lines = [head, ["---"] * len(head)]
    for row in found:
        again = (row.resealed, row.crashed, row.complained, row.differed, row.same) if row.resealed else [""] * 5
        lines.append([row.family, f"`{row.file}`", str(row.damaged), str(row.refused), *map(str, again)])
    total = [
        sum(getattr(row, name) for row in found) for name in ("damaged", "refused", "resealed", "crashed", "complained", "differed", "same")
    ]
    lines.append(["all", "", *map(str, total)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written(figures: str, found: list[Row]) -> str:
    """The page with the table between its markers."""
    before, _, rest = figures.partition(BEGIN)
    return f"{before}{BEGIN}\n{table(found)}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    """1 when a loader saw a damaged byte."""
    with tempfile.TemporaryDirectory(prefix="nightshift-damage-") as home:
        os.environ["NIGHTSHIFT_HOME"] = home
        found = rows(EACH, SEALED)
    FIGURES.write_text(written(FIGURES.read_text(), found))
    unseen = sum(row.damaged - row.refused for row in found)
    print(f"wrote {FIGURES}; {unseen} of {sum(row.damaged for row in found)} damaged files reached a loader")
    return int(unseen > 0)


if __name__ == "__main__":
    sys.exit(main())
