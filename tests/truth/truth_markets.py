"""Simulated markets whose truth is known row by row, built through the real rooms: source, bars, columns, labels, split.

Skill is measured on the test sessions with the probability of a rise that each row really had, not with the outcome that was
drawn: what is left of the distance to the optimal rule is only what the family failed to learn.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr

from nightshift import models, sessions
from nightshift.config import Label, Split
from nightshift.data import columns, labels, snapshot, splits
from nightshift.data.sources import Query, planted, simulated
from nightshift.data.sources.planted import Signal
from nightshift.models import Context
from nightshift.nouns.panel import Panel, Rows, rows_of

EVENT = Label(kind="event", event_return_fraction=0.05)


@dataclass(frozen=True)
class Size:
    """How much market."""

    symbols: int
    first_session: dt.date
    columns: tuple[str, ...]
    last_session: dt.date = dt.date(2025, 12, 31)
    strength: float = 0.6
    seed: int = 11


SMALL = Size(40, dt.date(2022, 1, 3), ("volume", "returns", "volatility"))
FULL = Size(120, dt.date(2016, 1, 4), ("all",))


@dataclass(frozen=True, eq=False)
class Truth:
    """A market's panel, its parts, and P(label = 1) of every row given all past bars (None for the event market)."""

    train: Rows
    validate: Rows
    test: Rows
    chance: np.ndarray | None
    optimum: dict[str, float]


@cache
def market(kind: str, size: Size = SMALL, label: str = "direction") -> Truth:
    """The market with this signal planted; the event market has its own label."""
    strength = {"none": 0.0, "event": 0.9}.get(kind, size.strength)
    params = simulated.Params(
        symbols=size.symbols, first_session=size.first_session, seed=size.seed, signal=Signal(kind=kind, strength=strength),
        daily_volatility=0.01 if kind == "event" else 0.015,
    )  # fmt: skip
    query = Query("XNYS", (), None, size.last_session, sessions.utc("2030-01-01"))
    bars = snapshot.bars(simulated.fetch(params, query))
    outcome, reach = labels.label(bars, EVENT if kind == "event" else Label(kind=label))
    chosen = columns.chosen(size.columns)
    panel = Panel(bars.symbols, bars.sessions, tuple(c.name for c in chosen), columns.compute(bars, chosen), outcome, reach)
    split = splits.ordered(len(bars.sessions), Split(train_fraction=0.6, validate_fraction=0.2, test_fraction=0.2), reach)
    parts = [rows_of(panel, part) for part in (split.train, split.validate, split.test)]
    return Truth(*parts, None if kind == "event" else _chance(params, panel), simulated.bayes_optimal(params))


def _chance(params: simulated.Params, panel: Panel) -> np.ndarray:
    """P(next close above this one), from the very shocks that the source drew."""
    shocks = simulated._draw(params, len(panel.sessions))
    known = planted.expectation(params.signal, shocks.volume, shocks.location).T
    return ndtr(known / planted.noise_share(params.signal))


def fitted_scores(truth: Truth, family: str, params: dict | None = None) -> np.ndarray:
    """The family's scores on the test rows, trained with its defaults."""
    task = "classification" if set(np.unique(truth.train.label)) == {0.0, 1.0} else "regression"
    context = Context(task, seed=5, threads=1)
    return models.fit(family, params or {}, truth.train, truth.validate, context).predict(truth.test)


def share_of_optimal_skill(truth: Truth, score: np.ndarray, up_above: float = 0.5) -> float:
    """Expected accuracy above one half, as a share of the optimal rule's on the same rows."""
    up = truth.chance[truth.test.symbol, truth.test.session]
    return float((np.where(score > up_above, up, 1 - up).mean() - 0.5) / (np.maximum(up, 1 - up).mean() - 0.5))


def accuracy_interval(truth: Truth, score: np.ndarray, deviations: float = 3.0) -> tuple[float, float, float]:
    """Accuracy on the drawn outcomes with its interval, sessions being the independent draws: symbols of one session move together."""
    hit = (score > 0.5) == (truth.test.label > 0.5)
    hits, asked = (np.bincount(truth.test.session, weights=w) for w in (hit, np.ones(len(hit))))
    hits, asked = hits[asked > 0], asked[asked > 0]
    accuracy = hits.sum() / asked.sum()
    error = np.sqrt(((hits - accuracy * asked) ** 2).sum()) / asked.sum()
    return float(accuracy), float(accuracy - deviations * error), float(accuracy + deviations * error)
