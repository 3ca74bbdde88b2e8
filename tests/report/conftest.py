"""Synthetic nights with real addresses and files, made by the benchmark's own generator."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """The generator: `made.market()`, `made.make_night(market, ...)`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module("synthetic_night")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home of its own."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
