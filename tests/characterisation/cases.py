"""Five small nights whose every number is pinned: what they are called, in which market, and as of when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from . import facts, library

SOURCE = {"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3}
SMALL = {
    "calendar": "XNYS",
    "columns": ["volume", "returns", "volatility"],
    "families": [{"name": "logistic"}, {"name": "lightgbm"}],
    "execution": {"heavy": "here", "threads": 1},
    "budget": {"spending": "pocock"},  # a short history can promote early only where the budget is spent early
}
DIRECTION = [
    {"metric": "accuracy", "must_be": "at_least", "limit": 0.55},
    {"metric": "accuracy", "must_be": "above_naive_by", "limit": 0.02},
    {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
]
RETURNS = [
    {"metric": "r2", "must_be": "at_least", "limit": 0.05},
    {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
]
EVENTS = [
    {"metric": "f1", "must_be": "at_least", "limit": 0.65},
    {"metric": "roc_auc", "must_be": "at_least", "limit": 0.75},
    {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
]
MARKETS = {
    "planted": {**SMALL, "gates": DIRECTION, "source": {**SOURCE, "signal": {"kind": "linear", "strength": 0.9}}},
    "nothing": {**SMALL, "gates": DIRECTION, "source": {**SOURCE, "signal": {"kind": "none"}}},
    "returns": {
        **SMALL,
        "gates": RETURNS,
        "source": {**SOURCE, "signal": {"kind": "linear", "strength": 0.6}},
        "label": {"kind": "return"},
        "families": [{"name": "ridge"}, {"name": "lightgbm"}],
        "costs": {"style": "long_short", "threshold": 0.0},
    },
    "events": {
        **SMALL,
        "gates": EVENTS,
        "source": {**SOURCE, "daily_volatility": 0.01, "signal": {"kind": "event", "strength": 0.6}},
        "label": {"kind": "event"},
        "costs": {"style": "event"},
    },
}


@dataclass(frozen=True)
class Case:
    """One night. Cases of one market follow each other in one home, so that a later one meets the earlier one's champion."""

    name: str
    market: str
    as_of: str
    tied: bool = False  # families that trade alike on many sessions: which is the better one of them is decided by a last bit

    @property
    def file(self) -> Path:
        """Where its facts are pinned."""
        return Path(__file__).with_name(f"{self.name}.json")


CASES = (
    Case("promoted", "planted", "2026-04-30T22:00:00+00:00"),
    Case("over_a_champion", "planted", "2026-10-30T22:00:00+00:00"),
    Case("nothing_to_find", "nothing", "2026-11-19T22:00:00+00:00"),
    Case("regression", "returns", "2026-11-19T22:00:00+00:00"),
    Case("rare_events", "events", "2026-11-19T22:00:00+00:00", tied=True),
)


def told(place: Path) -> Iterator[tuple[Case, dict]]:
    """Every case, run in a home below `place`, with what its night says."""
    (place / "markets").mkdir(parents=True)
    for name, market in MARKETS.items():
        (place / "markets" / f"{name}.yaml").write_text(yaml.safe_dump({"market": name, "title": name, **market}))
    with _home(place):
        for case in CASES:
            yield case, facts.everything(library.night(case.market, case.as_of), tied=case.tied)


@contextmanager
def _home(place: Path) -> Iterator[None]:
    """A home of its own, and a tracking server that does not answer: nothing here is about it, and asking it takes time."""
    ours = {
        "NIGHTSHIFT_HOME": str(place / "home"),
        "NIGHTSHIFT_MARKETS": str(place / "markets"),
        "MLFLOW_TRACKING_URI": "http://127.0.0.1:1",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
