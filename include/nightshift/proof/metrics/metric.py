"""What a metric is, and how one becomes a `Measure`: a number with evidence behind it, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nightshift.nouns.measures import Measure
from nightshift.proof.metrics.unit import Unit

Kind = Literal["classification", "regression", "trading"]
Input = Literal["rows", "returns", "turnover", "exposure"]
Better = Literal["higher", "lower", "neither"]
Group = Literal["Skill", "Net return", "Risk", "Trading"]  # in the order a reader asks: is it right, does it earn, what does it risk
THRESHOLD = 0.5  # the probability above which a row is called 'up'


@dataclass(frozen=True, eq=False)
class Answers:
    """One model's labelled rows on a run of sessions, in any order."""

    label: np.ndarray
    score: np.ndarray
    session: np.ndarray  # index of each row's session, 0 … n_sessions − 1
    n_sessions: int
    threshold: float = THRESHOLD  # a score above it is a call for up
    up_above: float = THRESHOLD  # a label above it went up: 0 for returns

    @property
    def went_up(self) -> np.ndarray:
        """Labels as 1 (up) and 0, whatever the task."""
        return (self.label > self.up_above).astype(np.float64)


@dataclass(frozen=True)
class Additive:
    """A metric written as sums over rows, so that a bootstrap can add up sessions instead of gathering rows again."""

    sums: Callable[[Answers], np.ndarray]  # answers -> (sessions, k)
    combine: Callable[[np.ndarray], np.ndarray]  # totals (..., k) -> values (...)


@dataclass(frozen=True)
class Metric:
    """One number about a model: how it is computed and shown, which way is better, and how much evidence it needs."""

    name: str
    kind: Kind
    compute: Callable[..., float]  # (label, score) with `threshold=` when it decides; (series,) for trading
    unit: Unit
    better: Better
    group: Group  # of the report's tables
    label: str  # its name for a reader
    min_count: int  # rows of predictions, or sessions of a series, below which no number is given
    lowest: float = -math.inf  # no value is below it: a policy's limit out of this range is a slip
    highest: float = math.inf
    undefined: str = "1 of 2 distinct values"  # what is missing when the formula has no value
    needs: Input = "rows"
    decides: bool = False  # True: depends on the threshold between up and down
    annual: bool = False  # True: a rate a year, so it depends on how many sessions a year has
    additive: Additive | None = None
    both_tasks: bool = False
    leads: bool = False  # stands before the others of its group

    @property
    def higher_is_better(self) -> bool | None:
        """None: neither side is better."""
        return None if self.better == "neither" else self.better == "higher"

    @property
    def doc(self) -> str:
        """What it is, in one sentence."""
        return (self.compute.__doc__ or "").strip().partition("\n")[0]

    @property
    def tasks(self) -> frozenset[str]:
        """The learner's tasks for which the metric means something."""
        both = self.kind == "trading" or self.both_tasks
        return frozenset({"classification", "regression"}) if both else frozenset({self.kind})

    @property
    def counted(self) -> str:
        """What `min_count` counts."""
        return "rows" if self.needs == "rows" else "sessions"

    def options(self, threshold: float = THRESHOLD, sessions_a_year: float | None = None) -> dict[str, float]:
        """What its formula depends on besides the series; an annual one is never reckoned with a year that nobody named."""
        if self.annual and sessions_a_year is None:
            raise ValueError(f"expected the sessions of a year for {self.name}; found none; next: give `market.sessions_a_year`")
        chosen = {"threshold": threshold} if self.decides else {}
        return chosen | ({"sessions_a_year": sessions_a_year} if self.annual and sessions_a_year else {})

    def of(self, *series: np.ndarray, threshold: float = THRESHOLD, sessions_a_year: float | None = None) -> float:
        """The plain value; NaN where the formula has none."""
        return float(self.compute(*series, **self.options(threshold, sessions_a_year)))


def measured(metric: Metric, *series: np.ndarray, threshold: float = THRESHOLD, sessions_a_year: float | None = None) -> Measure:
    """The metric of these series as a `Measure`; too little evidence is a note, never a zero and never a crash.

    >>> from nightshift.proof.metrics import METRICS
    >>> measured(METRICS["sharpe_annual"], np.array([0.01, -0.02])).note
    'not enough evidence: 2 of 20 sessions'
    """
    count = len(series[0])
    if count < metric.min_count:
        return missing(count, metric.min_count, metric.counted)
    broken = sum(int((~np.isfinite(one)).sum()) for one in series)
    if broken:
        return missing(count - broken, count, f"{metric.counted} with a number")
    if metric.needs == "returns" and not series[0].any():
        return missing(0, count, "sessions invested")
    value = metric.of(*series, threshold=threshold, sessions_a_year=sessions_a_year)
    return Measure(value) if np.isfinite(value) else Measure(None, note=f"not enough evidence: {metric.undefined}")


def missing(found: int, wanted: int, what: str) -> Measure:
    """No value, because only `found` of `wanted` were there.

    >>> missing(12, 60, "sessions").note
    'not enough evidence: 12 of 60 sessions'
    """
    return Measure(None, note=f"not enough evidence: {found} of {wanted} {what}")


def ratio(above: np.ndarray | float, below: np.ndarray | float) -> np.ndarray:
    """above / below, NaN where below is 0.

    >>> ratio(np.array([1.0, 1.0]), np.array([4.0, 0.0]))
    array([0.25,  nan])
    """
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    empty = np.full(np.broadcast(above, below).shape, np.nan)
    with np.errstate(over="ignore"):  # beyond every number: infinity, which is no value of a measure
        return np.divide(above, below, out=empty, where=below != 0)
