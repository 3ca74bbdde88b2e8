"""Where things lie is spelled in one file: nobody else writes a part of an address into a string."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from nightshift.storage import addresses, store

PROJECT = Path(__file__).resolve().parents[2]
WORDS = "nights|releases|weeks|studies|columns|snapshots|comparisons|serving"
IN_A_PATH = re.compile(rf"(^|(?<!data)/)({WORDS})/|(?<!data)/({WORDS})($|/)")  # but the room `data/columns`
FILES = [file for room in ("include", "dags", "plugins") for file in sorted((PROJECT / room).rglob("*.py")) if file.name != "addresses.py"]


def spelled(source: str) -> list[str]:
    """The strings of a module, but its docstrings, that hold a part of an address; and those that are handed to `address` as one."""
    tree, found = ast.parse(source), []
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose and IN_A_PATH.search(node.value):
            found.append(node.value)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"address", "path", "children", "pointed", "exists"}:
            given = (one.value for one in node.args if isinstance(one, ast.Constant))
            found += [word for word in given if re.fullmatch(WORDS, str(word))]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PROJECT).as_posix())
def test_nobody_else_spells_an_address(file):
    assert spelled(file.read_text(encoding="utf-8")) == []


def test_the_search_finds_what_it_looks_for():
    source = (
        'a = f"{market}/nights/{name}"\nb = store.address(market, "weeks", key)\nc = "demo/releases/1.0.0"\n'
        'd = store.path(f"{market}/studies")\ne = f"../../nights/{name}"\nf = {"columns": 3}\n"""demo/nights/x"""\n'
    )
    assert sorted(spelled(source)) == ["../../nights/", "/nights/", "/studies", "demo/releases/1.0.0", "weeks"]


def test_the_nights_of_a_market_in_the_order_they_were_opened(nightshift_home):
    assert addresses.opened_nights("demo") == []
    for day, name in enumerate(["2026-11-20-aaaa", "2026-11-19-ffff", "2026-11-19-bbbb"]):
        where = store.write(f"{addresses.night('demo', name)}/night", lambda folder: (folder / "a.txt").write_text("a"))
        os.utime(store.path(where) / store.SEAL, (day, day))
    store.path("demo/nights/2026-11-21-half").mkdir()
    (store.path("demo/nights") / ".tmp-1-a").mkdir()
    assert [addresses.name_of(where) for where in addresses.opened_nights("demo")] == [
        "2026-11-19-ffff",
        "2026-11-19-bbbb",
        "2026-11-20-aaaa",
    ]
