"""A small real market, opened up to its columns once for the whole room."""

import os

import pytest

from nightshift import isolation
from nightshift.nouns.options import Options
from nightshift.running import stages
from nightshift.storage.night import night_of
from nightshift.training.search import worker

AS_OF = "2026-11-19T23:00:00+00:00"
SEARCHED = {
    "families": [
        {"name": "logistic"},
        {"name": "xgboost", "params": {"early_stopping_rounds": 10}, "timeout_minutes": 1},
        {"name": "lightgbm"},
    ],
    "search": {"trials": 0, "timeout_minutes": 2},
}


@pytest.fixture
def here(monkeypatch):
    """A search's worker in this process, for tests of what it finds; those of what becomes of a worker start one."""
    monkeypatch.setattr(isolation, "call", lambda target, arguments, **how: worker.work(**arguments))


@pytest.fixture(scope="module")
def night(tmp_path_factory, small_market):
    place = small_market(tmp_path_factory.mktemp("tuning"), **SEARCHED)
    before = {name: os.environ.get(name) for name in ("NIGHTSHIFT_HOME", "NIGHTSHIFT_MARKETS")}
    os.environ |= {"NIGHTSHIFT_HOME": str(place / "home"), "NIGHTSHIFT_MARKETS": str(place / "markets")}
    opened = stages.extract("small", AS_OF, Options().model_dump(mode="json"))
    stages.columns(stages.check(opened))
    yield night_of(opened)
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})
