"""The figures of the house, in one command: `make house`. `--strict` fails when one is above its limit, `--all` names every place."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import import_circles

PROJECT = Path(__file__).resolve().parents[1]
LIBRARY = "include/nightshift"
CODE = (LIBRARY, "dags", "plugins", "scripts")

CIRCLES = 0  # import circles between files, lazy imports counted
ROOMS = 16  # folders at the top of the library
LOOSE = 3  # modules at the top of the library that live in no room
BARE_DICTS = 10  # public functions that return `dict`: a noun without a name
DICT_LISTS = 10  # the same, as `list[dict]`
LONG_FILES = 15  # files of more lines than LINES
LINES = 150
GETS_IN_REPORT = 0  # `.get("…")` below report/: a page that guesses whether a fact is there

_SHOWN = 5


@dataclass(frozen=True)
class Figure:
    """What was counted, the places where it was found, and how many there may be."""

    name: str
    places: tuple[str, ...]
    limit: int

    @property
    def kept(self) -> bool:
        """Whether the limit is."""
        return len(self.places) <= self.limit


def figures(project: Path) -> list[Figure]:
    """Every figure of the project that stands in this folder."""
    library = project / LIBRARY
    files = [file for place in CODE for file in sorted((project / place).rglob("*.py"))]
    circles = [circle for place in (library, project / "dags/wiring") for circle in import_circles.circles(import_circles.graph(place))]
    return [
        Figure("import circles", tuple(f"{len(circle)} files: {' '.join(circle)}" for circle in circles), CIRCLES),
        Figure("rooms at the top", tuple(sorted(face.parent.name for face in library.glob("*/__init__.py"))), ROOMS),
        Figure("loose modules", tuple(sorted(f.name for f in library.glob("*.py") if f.stem != "__init__")), LOOSE),
        Figure("public functions that return a bare dict", tuple(_returning("dict", library)), BARE_DICTS),
        Figure("public functions that return a list[dict]", tuple(_returning("list[dict]", library)), DICT_LISTS),
        Figure(f"files over {LINES} lines", tuple(_long(files, project)), LONG_FILES),
        Figure('.get("…") in report/', tuple(_gets(library / "report")), GETS_IN_REPORT),
    ]


def told(figure: Figure, shown: int) -> Iterator[str]:
    """One line with the count and the limit; where the limit is not kept, the first places."""
    yield f"{len(figure.places):5}  of at most {figure.limit:2}  {figure.name}"
    if figure.kept:
        return
    yield from (f"         {place}" for place in figure.places[:shown])
    if len(figure.places) > shown:
        yield f"         … and {len(figure.places) - shown} more; --all names them"


def _returning(annotation: str, folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.py")):
        for function in _public(ast.parse(file.read_text())):
            if function.returns and ast.unparse(function.returns) == annotation:
                yield f"{file.relative_to(folder)}:{function.lineno} {function.name}"


def _public(body: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """The functions of a module and the methods of its classes whose names have no underscore in front."""
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)


def _long(files: list[Path], project: Path) -> Iterator[str]:
    for file in files:
        if (lines := len(file.read_text().splitlines())) > LINES:
            yield f"{file.relative_to(project)} has {lines}"


def _gets(folder: Path) -> Iterator[str]:
    for file in sorted([*folder.rglob("*.py"), *folder.rglob("*.jinja")]):
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            yield from (f"{file.relative_to(folder)}:{number} {name}" for name in re.findall(r"\.get\(\s*(['\"]\w+['\"])", line))


def main(arguments: list[str]) -> int:
    """Print every figure; 1 under `--strict` when a limit is not kept."""
    found = figures(PROJECT)
    shown = sys.maxsize if "--all" in arguments else _SHOWN
    print("\n".join(line for figure in found for line in told(figure, shown)))
    return int("--strict" in arguments and not all(figure.kept for figure in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
