"""What makes something anew: each address moves with what decides it, and with nothing else."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import grimp
import pytest

from nightshift.storage import fingerprints
from nightshift.storage.fingerprints import NIGHT, PACKAGE, PAGE, PANEL, TRAINING, Made

PANEL_MAKERS = ["data.columns.every_column", "data.columns.storing.account", "data.labels", "data.splits"]
MADE = {"PANEL": PANEL, "TRAINING": TRAINING, "NIGHT": NIGHT, "PAGE": PAGE}
MOVES = {
    "data/columns/momentum.py": ["panel", "night"],
    "data/labels.py": ["panel", "night"],
    "data/splits/in_order.py": ["panel", "night"],
    "nouns/bars.py": ["panel", "night", "page"],
    "nouns/verdict_record.py": ["night", "page"],
    "data/sources/mongo.py": ["night"],
    "data/quality/cleaning.py": ["night"],
    "data/snapshot.py": ["night"],
    "models/tabular/ridge.py": ["night"],
    "training/fit.py": ["night"],
    "proof/evaluation/backtest.py": ["night"],
    "proof/examination/drift.py": ["night"],
    "proof/metrics/trading.py": ["night", "page"],
    "gates/judge.py": ["night"],
    "release/champion.py": ["night"],
    "config/settings.py": ["night"],
    "isolation.py": ["night"],
    "running/stages.py": ["night"],
    "report/pages/templates/base.html.jinja": ["page"],
    "report/pages/templates/style.css": ["page"],
    "report/sections/tables.py": ["page"],
    "report/drawing/draw.py": ["page"],
    "report/gather.py": ["page"],
    "report/mail/alerts.py": [],
    "report/mail/templates/verdict.jinja": [],
    "tracking/logged.py": [],
    "watch/week.py": [],
    "commands/summary.py": [],
    "running/market_check.py": [],
    "running/suite.py": [],
    "storage/store.py": [],
    "errors.py": [],
}

# What is imported by code that decides, and decides nothing itself.
NO_MATTER = {"errors": "words", "storage": "where things lie, not what they are"}
NO_MATTER_LIBRARIES = {
    "bson": "the bars it reads are in the snapshot's address",
    "curl_cffi": "the bars it fetches are in the snapshot's address",
    "fsspec": "the bars it fetches are in the snapshot's address",
    "matplotlib": "pictures of a study",
    "polars": "the bars it reads are in the snapshot's address",
    "pymongo": "the bars it reads are in the snapshot's address",
    "pymongoarrow": "the bars it reads are in the snapshot's address",
    "tqdm": "a progress bar",
    "yaml": "the policy that it reads is in the night's address",
    "yfinance": "the bars it fetches are in the snapshot's address",
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> dict[str, list[str]]:
    """What an edit of each of these files moves, in a copy of the library."""
    place = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, place / "include" / "nightshift", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PYTHONPATH": str(place / "include"), "NIGHTSHIFT_HOME": str(place / "home")}
    command = [sys.executable, str(Path(__file__).with_name("moving.py")), *MOVES]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("file", MOVES)
def test_an_edit_moves_what_it_decides_and_nothing_else(moved, file):
    assert moved[file] == MOVES[file]


@pytest.mark.parametrize("name", MADE)
def test_every_room_that_decides_is_there(name):
    assert [room for room in MADE[name].rooms if not (PACKAGE / room).exists()] == []
    assert {library: metadata.version(library) for library in MADE[name].libraries}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("nightshift", cache_dir=None)


@pytest.mark.parametrize(
    ("name", "makers", "not_counted"),  # what is in the address by value, and how any record is written
    [
        ("PANEL", PANEL_MAKERS, ["config", "sessions", "nouns.record", "nouns.files"]),
        ("TRAINING", ["models", "training.search"], ["config", "data", "sessions"]),
        ("NIGHT", ["data", "training", "models", "proof", "gates", "release"], []),
    ],
)  # fmt: skip
def test_whatever_the_makers_import_is_counted(graph, name, makers, not_counted):
    roots = {module for module in graph.modules if _below(module, makers)}
    reached = roots.union(*(graph.find_upstream_modules(root) for root in roots))
    left = {module for module in reached if not _counted(module, MADE[name]) and not _below(module, [*not_counted, *NO_MATTER])}
    assert left <= {"nightshift", "nightshift.project"}


@pytest.mark.parametrize("name", MADE)
def test_whatever_library_the_rooms_call_is_counted(name):
    by_import = metadata.packages_distributions()
    called = {top for file in _python_files(MADE[name]) for top in _imported(file)} - NO_MATTER_LIBRARIES.keys()
    assert {by_import.get(top, [top])[0].lower().replace("_", "-") for top in called} <= set(MADE[name].libraries)


def test_another_version_of_a_library_moves_what_it_decides(monkeypatch):
    now = {name: fingerprints.of.__wrapped__(made) for name, made in MADE.items()}
    installed = metadata.version
    for library, moves in {"ta-lib": {"PANEL", "NIGHT"}, "xgboost": {"TRAINING", "NIGHT"}, "jinja2": {"PAGE"}, "mlflow": set()}.items():
        monkeypatch.setattr(metadata, "version", lambda name, library=library: "0.0.0" if name == library else installed(name))
        assert {name for name, made in MADE.items() if fingerprints.of.__wrapped__(made) != now[name]} == moves


def _below(module: str, names: Iterable[str]) -> bool:
    return any(f"{module}.".startswith(f"nightshift.{name}.") for name in names)


def _counted(module: str, made: Made) -> bool:
    name = module.removeprefix("nightshift.").replace(".", "/")
    files = (f"{name}.py", f"{name}/__init__.py")
    return any(file == room or file.startswith(f"{room}/") for file in files for room in made.rooms)


def _python_files(made: Made) -> Iterator[Path]:
    for room in made.rooms:
        yield from (PACKAGE / room).rglob("*.py") if (PACKAGE / room).is_dir() else [PACKAGE / room]


def _imported(file: Path) -> set[str]:
    """Other people's packages that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"nightshift", "_typeshed"}
