"""Simulations of small markets, each in a home of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from nightshift.config import Market, load_market
from nightshift.nouns.simulation_record import SimulationRecord
from nightshift.running.simulation import fitting, policy_backtest
from nightshift.running.simulation.plan import Plan, plan_of

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 10, 30)
SMALL = {
    "source": {"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.9}},
    "families": [{"name": "logistic"}],
    "execution": {"heavy": "here", "threads": 1},
}


@pytest.fixture(scope="session")
def living(small_market) -> Callable:
    """A home with a market `small`, entered for as long as one is in it."""

    @contextmanager
    def entered(place: Path, **more: object) -> Iterator[Market]:
        if not (place / "markets").is_dir():
            small_market(place, **SMALL | more)
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("NIGHTSHIFT_HOME", str(place / "home"))
            patched.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
            patched.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
            yield load_market("small")

    return entered


@dataclass(frozen=True)
class Lived:
    """A simulation that is finished, and where."""

    place: Path
    plan: Plan
    record: SimulationRecord


@pytest.fixture(scope="session")
def lived(tmp_path_factory, living) -> Lived:
    """A small market's nights, every second session of two months, fitted in this process."""
    place = tmp_path_factory.mktemp("lived")
    with living(place), pytest.MonkeyPatch.context() as patched:
        patched.setattr(policy_backtest, "fit_missing", lambda plan: fitting.work(plan.facts(), list(plan.nights)))
        plan = plan_of(load_market("small"), FIRST, LAST, every=2)
        return Lived(place, plan, policy_backtest.simulated(plan))


@pytest.fixture
def at_home(lived, living) -> Iterator[Market]:
    """The home of the finished simulation."""
    with living(lived.place) as market:
        yield market
