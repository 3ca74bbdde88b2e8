"""Import circles between the files of a package: `scripts/import_circles.py FOLDER…`; exit code 1 when there is any.

Imports inside functions count, for they are the usual way to hide a circle; what only a type checker reads does not.
Naming a file does not count as using the face (`__init__.py`) of its package; naming what the face holds does.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


def graph(folder: Path) -> Graph:
    """Which files of the package import which others, by module name."""
    files = {_module(file, folder): file for file in sorted(folder.rglob("*.py"))}
    return {module: frozenset(_used(module, file, files)) - {module} for module, file in files.items()}


def circles(of: Graph) -> list[list[str]]:
    """Every set of files that all reach each other, the largest first."""
    reach = {module: reached(of, module) for module in of}
    found = {frozenset(other for other in reach[module] if module in reach[other]) for module in of}
    return sorted((sorted(circle) for circle in found if circle), key=lambda circle: (-len(circle), circle))


def reached(of: Graph, start: str) -> set[str]:
    """What a file imports, directly or by others; itself only when a circle leads back."""
    seen, waiting = set(), [start]
    while waiting:
        new = of[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


def shortest(of: Graph, circle: list[str]) -> list[str]:
    """The fewest files that lead round, first and last the same: the place to open it."""
    return min((_way_round(of, module, set(circle)) for module in circle), key=len)


def told(of: Graph) -> list[str]:
    """One line with the count, then each circle with its members and its shortest way round."""
    found = circles(of)
    lines = [f"{len(found)} import circles, {sum(map(len, found))} of {len(of)} files in them"]
    for circle in found:
        lines += [f"  {len(circle)} files: {', '.join(circle)}", f"  shortest way round: {' -> '.join(shortest(of, circle))}"]
    return lines


def _way_round(of: Graph, start: str, within: set[str]) -> list[str]:
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:  # grows while it is read: the nearest first
        for module in sorted(of[way[-1]] & within):
            if module == start:
                return [*way, start]
            if module not in seen:
                seen.add(module)
                ways.append([*way, module])
    raise ValueError(f"expected a circle through {start}; found none")


def _module(file: Path, folder: Path) -> str:
    return ".".join([folder.name, *file.relative_to(folder).with_suffix("").parts]).removesuffix(".__init__")


def _used(module: str, file: Path, files: Mapping[str, Path]) -> Iterator[str]:
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in _run(ast.parse(file.read_text())):
        for name in _named(node, package):
            while name and name not in files:
                name = name.rpartition(".")[0]  # noqa: PLW2901  # `package.file.noun` is a use of `package.file`
            if "." in name:  # the root's own face holds nothing
                yield name


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs some day: all but the body of `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from (deep for other in node.orelse for deep in (other, *_run(other)))
        else:
            yield node
            yield from _run(node)


def _named(node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    start = ".".join([*above, *([node.module] if node.module else [])])
    return [f"{start}.{alias.name}" for alias in node.names]


def main(folders: list[Path]) -> int:
    """Tell each package's circles; 1 when there is any."""
    graphs = [graph(folder) for folder in folders]
    for of in graphs:
        print("\n".join(told(of)))
    return int(any(circles(of) for of in graphs))


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    sys.exit(main([Path(folder) for folder in sys.argv[1:]] or [root / "include/nightshift", root / "dags/wiring"]))
