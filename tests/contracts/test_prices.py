"""What adding one of everything costs: it is added to a copy of the project, counted, and passes the contracts it gets for free."""

from __future__ import annotations

import csv
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from .additions import ADDITIONS

PROJECT = Path(__file__).resolve().parents[2]
COPIED = (
    "include",
    "dags",
    "plugins",
    "tests/commands",
    "tests/contracts",
    "tests/dags",
    "tests/gates/scales.py",
    "tests/models",
    "tests/recorded",
    "tests/conftest.py",
    "pyproject.toml",
)
CONTRACTS = (
    *(f"tests/contracts/test_every_{noun}.py" for noun in ("column", "metric", "gate", "family", "source")),
    "tests/commands/test_every_command.py", "tests/dags/test_dag_files.py", "include/nightshift/proof/metrics",
)  # fmt: skip
OF_A_DAG = ("import_error", "one_dag_a_file", "table_of_contents", "house_rules", "title_and_help", "scheduler_database")
SLOW = ("fresh_process", "native_safe")  # these fit every family there is, to ask about one


def written(project: Path, edits) -> dict[Path, str]:
    """The files that the edits touch, as they are afterwards."""
    files: dict[Path, str] = {}
    for edit in edits:
        file = project / edit.file
        text = files.get(file, file.read_text() if file.exists() else "")
        if edit.instead_of:
            assert text.count(edit.instead_of) == 1, f"{edit.instead_of!r} is not once in {edit.file}: bring this addition up to date"
        files[file] = text.replace(edit.instead_of, edit.text) if edit.instead_of else text + edit.text
    return files


def price(project: Path, edits) -> tuple[int, int]:
    """(files, lines) that are new or another than before; blank lines are free."""
    lines = 0
    for file, text in (files := written(project, edits)).items():
        before = file.read_text().splitlines() if file.exists() else []
        lines += sum(line[:2] == "+ " and bool(line[2:].strip()) for line in difflib.ndiff(before, text.splitlines()))
    return len(files), lines


def copied(target: Path) -> Path:
    """The project, as far as the contracts need it, in a folder of its own."""
    for name in COPIED:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "test_prices.py"))
        else:
            shutil.copy(PROJECT / name, target / name)
    return target


def record(project: Path) -> None:
    """What the new source's vendor would have answered, beside the other recordings."""
    folder = project / "tests" / "recorded" / "json_lines"
    rows = {symbol: (project / f"tests/recorded/yahoo/{symbol}.csv").read_text().splitlines() for symbol in ("AAA", "BBB")}
    bars = [
        {"Symbol": symbol, "Date": row.pop("Date")} | {name: float(value) for name, value in row.items()}
        for symbol, lines in rows.items()
        for row in csv.DictReader(lines)
    ]
    folder.mkdir()
    (folder / "bars.jsonl").write_text("\n".join(map(json.dumps, bars)))
    folder.with_suffix(".yaml").write_text('file: "{recorded}/json_lines/bars.jsonl"\n')


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, str]:
    """What each contract says of a copy of the project to which everything was added: test -> what went wrong."""
    project = copied(tmp_path_factory.mktemp("additions"))
    for addition in ADDITIONS:
        for file, text in written(project, addition.edits).items():
            file.write_text(text)
    record(project)
    wanted = " or ".join((*OF_A_DAG, *(addition.name.split("[")[-1].rstrip("]") for addition in ADDITIONS)))
    chosen = ["-k", f"({wanted}) and not {' and not '.join(SLOW)}", "-p", "no:cacheprovider", "--junitxml", "told.xml", "-q"]
    asked = [sys.executable, "-m", "pytest", *CONTRACTS, *chosen]
    there = os.environ | {"PYTHONPATH": str(project / "include")}
    told = subprocess.run(asked, cwd=project, env=there, capture_output=True, text=True, check=False)
    assert (project / "told.xml").exists(), told.stdout + told.stderr
    cases = ET.parse(project / "told.xml").iter("testcase")
    return {f"{case.get('classname')}.{case.get('name')}": " ".join(one.get("message", "") for one in case) for case in cases}


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.name)
def test_it_costs_no_more_than_it_may(addition):
    files, lines = price(PROJECT, addition.edits)
    assert files <= addition.files
    assert lines <= addition.lines


def test_the_prices_in_contributing_are_the_true_ones():
    """The dearest of each row; every row has an addition here."""
    rows = [line.split(" | ") for line in (PROJECT / "CONTRIBUTING.md").read_text().splitlines() if line.startswith("| ")]
    stated = {row[0].removeprefix("| "): row[2] for row in rows if row[0] != "| new …"}
    true: dict[str, tuple[int, int]] = {}
    for addition in ADDITIONS:
        true[addition.row] = max(true.get(addition.row, (0, 0)), price(PROJECT, addition.edits))
    assert {row: tuple(map(int, re.findall(r"\d+", words)[:2])) for row, words in stated.items()} == true


@pytest.mark.parametrize("addition", ADDITIONS, ids=lambda addition: addition.name)
def test_it_gets_its_contracts_for_free_and_keeps_them(outcomes, addition):
    mine = {test: wrong for test, wrong in outcomes.items() if addition.name in test}
    assert mine
    assert {test: wrong for test, wrong in mine.items() if wrong} == {}


def test_no_contract_of_anything_else_is_broken(outcomes):
    assert {test: wrong for test, wrong in outcomes.items() if wrong} == {}
