"""Plant each defect in a copy of the project and run the tests that have to notice it.

python tests/mutations/plant.py            # all; exit status 1 when one survives
python tests/mutations/plant.py sharpe     # those whose name contains a word
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def defects():
    spec = importlib.util.spec_from_file_location("nightshift_defects", Path(__file__).with_name("defects.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module.DEFECTS


def copied(target: Path) -> Path:
    """The project's library and tests, in a folder of their own."""
    leave = shutil.ignore_patterns("__pycache__", ".hypothesis")
    shutil.copytree(PROJECT / "include", target / "include", ignore=leave)
    shutil.copytree(PROJECT / "tests", target / "tests", ignore=leave)
    shutil.copy(PROJECT / "pyproject.toml", target)
    return target


def plant(project: Path, defect) -> None:
    """Make the edit; the code it knows must be there exactly once, else the defect has to be written anew."""
    file = project / "include" / "nightshift" / defect.file
    text = file.read_text()
    if text.count(defect.old) != 1:
        found = f"found it {text.count(defect.old)} times in {defect.file}"
        raise SystemExit(f"expected {defect.old.strip()!r} once; {found}; next: bring {defect.name!r} up to date")
    file.write_text(text.replace(defect.old, defect.new))


def run(project: Path, tests, only: str = "") -> subprocess.CompletedProcess:
    """The tests of a copy, on the copy's own library."""
    there = os.environ | {"PYTHONPATH": str(project / "include"), "PYTHONDONTWRITEBYTECODE": "1"}
    loaded = [sys.executable, "-c", "import nightshift; print(nightshift.__file__)"]
    found = subprocess.run(loaded, capture_output=True, text=True, check=True, cwd=project, env=there).stdout.strip()
    if not found.startswith(str(project)):
        raise SystemExit(f"expected the copy's library at {project}; found {found}; next: is another nightshift ahead on the path?")
    chosen = [one for one in tests if (project / one).is_file()]
    asked = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", *chosen, *(["-k", only] if only else [])]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=project, env=there)


@cache
def unsound(tests: tuple[str, ...], only: str) -> str:
    """What these tests say about the project as it is; empty when they pass."""
    with tempfile.TemporaryDirectory(prefix="nightshift-mutation-") as folder:
        told = run(copied(Path(folder).resolve()), tests, only)
    return f"its tests do not pass without it either:\n{told.stdout[-1500:]}" if told.returncode else ""


def survives(defect) -> str:
    """Why the defect is not caught; empty when it is: the tests pass on the project as it is and fail with the defect."""
    if why := unsound(defect.tests, defect.only):
        return why
    with tempfile.TemporaryDirectory(prefix="nightshift-mutation-") as folder:
        project = copied(Path(folder).resolve())
        plant(project, defect)
        hurt = run(project, defect.tests, defect.only)
        return "" if hurt.returncode == 1 else f"its tests ended with {hurt.returncode}:\n{hurt.stdout[-1500:]}"


def main() -> int:
    wanted = [one for one in defects() if all(word.lower() in one.name.lower() for word in sys.argv[1:])]
    left = 0
    for defect in wanted:
        why = survives(defect)
        left += bool(why)
        print(f"{'SURVIVES' if why else 'caught  '}  {defect.name}{': ' + why if why else ''}", flush=True)
    print(f"{len(wanted) - left} of {len(wanted)} caught")
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
