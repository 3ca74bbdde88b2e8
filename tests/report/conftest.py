"""Synthetic nights with real addresses and files, made by the benchmark's own generator."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

MAKER = Path(__file__).parents[2] / "benchmarks" / "synthetic_night.py"


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """The generator: `made.market()`, `made.make_night(market, ...)`."""
    spec = importlib.util.spec_from_file_location("synthetic_night", MAKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home of its own."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
