"""One small judged night for the whole room; every test works on a copy of its home."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nightshift.commands.cli import main

DAY = "2026-11-19"


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> object:
        return json.loads(self.out)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Types a command line; returns its exit code and what it printed."""

    def typed(*words: str) -> Said:
        code = main(words)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return typed


@pytest.fixture(scope="session")
def _judged(tmp_path_factory, small_market) -> Path:
    place = small_market(tmp_path_factory.mktemp("judged"), families=[{"name": "logistic"}], execution={"heavy": "here"})
    return _night(place, "gate", "--as-of", DAY)


@pytest.fixture(scope="session")
def _promoted(_judged, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("promoted") / "place"
    shutil.copytree(_judged, place)
    return _night(place, "promote", "--who", "ann", "--why", "the board asked")


@pytest.fixture
def judged(_judged, tmp_path, monkeypatch) -> Path:
    """A home with one night of the market `small` that was judged PROMOTE and is not promoted yet."""
    return _copied(_judged, tmp_path, monkeypatch)


@pytest.fixture
def promoted(_promoted, tmp_path, monkeypatch) -> Path:
    """The same, promoted by `ann` because `the board asked`."""
    return _copied(_promoted, tmp_path, monkeypatch)


def _night(place: Path, command: str, *words: str) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
        patch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
        assert main([command, "--market", "small", "--quiet", *words]) == 0
    return place


def _copied(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(place, tmp_path / "place", symlinks=True)
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "place" / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "place" / "markets"))
    return tmp_path / "place" / "home"


@pytest.fixture
def empty(small_market, tmp_path, monkeypatch) -> Path:
    """The market `small` and a home in which nothing happened yet."""
    place = small_market(tmp_path, families=[{"name": "logistic"}, {"name": "lightgbm"}])
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
    return place / "home"
