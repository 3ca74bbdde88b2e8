"""The stationary bootstrap: whole sessions are drawn in blocks of random length, so that dependence in time survives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nightshift.nouns.measures import Measure
from nightshift.proof.evaluation.block_length import block_sessions
from nightshift.proof.metrics.metric import Answers, Metric, measured, missing

LEVEL = 0.95  # of every interval
REPLICAS = 1000
MIN_SESSIONS = 20
NO_DRAWS = "not enough evidence: too few sessions for an interval"


@dataclass(frozen=True, eq=False)
class Replicas:
    """The same draws for every model and metric, so that their differences are paired."""

    index: np.ndarray  # int32 (replicas, sessions): which session stands at each place
    block_sessions: float  # mean length of a block

    @cached_property
    def times_drawn(self) -> np.ndarray:
        """float64 (replicas, sessions): how often each session was drawn."""
        n_replicas, n_sessions = self.index.shape
        flat = self.index + np.arange(n_replicas, dtype=np.int64)[:, None] * n_sessions
        return np.bincount(flat.ravel(), minlength=self.index.size).reshape(self.index.shape).astype(np.float64)


def replicas(n_sessions: int, block_sessions: float, n_replicas: int = REPLICAS, seed: int = 0) -> Replicas:
    """Draw stationary-bootstrap replicas of `n_sessions` sessions; each block wraps round the end.

    >>> index = replicas(100, block_sessions=5.0, n_replicas=3).index
    >>> index.shape, 0.6 < float((np.diff(index) % 100 == 1).mean()) < 0.95  # four of five sessions follow their predecessor
    ((3, 100), True)
    """
    rng = np.random.default_rng(seed)
    return Replicas(begun_blocks(rng, n_sessions, (n_replicas, n_sessions), block_sessions), float(block_sessions))


def begun_blocks(rng: np.random.Generator, n_sessions: int, shape: tuple[int, int], block_sessions: float) -> np.ndarray:
    """Which of `n_sessions` sessions stands at each place of a row: int32 of this shape, in blocks that begin anywhere."""
    starts = rng.random(shape, dtype=np.float32) < 1.0 / max(block_sessions, 1.0)
    starts[:, 0] = True
    place = np.arange(shape[1], dtype=np.int32)
    begun = np.maximum.accumulate(np.where(starts, place, np.int32(0)), axis=1)
    first = np.take_along_axis(rng.integers(0, n_sessions, shape, dtype=np.int32), begun, axis=1)
    return (first + place - begun) % np.int32(n_sessions)


def shared_block(series: Iterable[np.ndarray], reach: int) -> float:
    """One block length for series that are drawn together: the longest of theirs, and no shorter than a label's reach."""
    return max([float(reach), *(block_sessions(one) for one in series)])


def returns_measures(
    metrics: Iterable[Metric], series: dict[str, np.ndarray], drawn: Replicas | None, sessions_a_year: float
) -> dict[str, Measure]:
    """Trading metrics with their intervals; `series` holds the returns, turnover and exposure a session, by `Metric.needs`.

    Without replicas (fewer sessions than a block) there are no intervals.
    """
    again = {needs: one[drawn.index] for needs, one in series.items()} if drawn else {}
    out = {}
    for metric in metrics:
        point = measured(metric, series[metric.needs], sessions_a_year=sessions_a_year)
        if point.value is not None and drawn:
            again_of = metric.compute(again[metric.needs], **metric.options(sessions_a_year=sessions_a_year))
            point = _with(point, percentiles(np.asarray(again_of)))
        elif point.value is not None:
            point = replace(point, note=NO_DRAWS)
        out[metric.name] = point
    return out


def rows_measures(metrics: Iterable[Metric], answers: Answers, drawn: Replicas | None) -> dict[str, Measure]:
    """Prediction metrics with their intervals: sessions are drawn with all their rows."""
    points = {metric: measured(metric, answers.label, answers.score, threshold=answers.threshold) for metric in metrics}
    values = {metric: point.value for metric, point in points.items() if point.value is not None}
    again = {} if drawn is None else _added_up(values, answers, drawn)
    if drawn is not None:
        again |= {metric: gathered(metric, answers, drawn.index) for metric in values if metric.additive is None}
    if drawn is None:
        return {metric.name: replace(point, note=NO_DRAWS) if point.value is not None else point for metric, point in points.items()}
    return {metric.name: _with(point, percentiles(again[metric])) if metric in again else point for metric, point in points.items()}


def drawn_values(metric: Metric, of: Answers | np.ndarray, drawn: Replicas, sessions_a_year: float) -> np.ndarray:
    """One metric on every replica, from labelled rows or from a series; NaN where a replica has no value.

    >>> from nightshift.proof.metrics import METRICS
    >>> drawn = Replicas(np.array([[0, 1], [0, 0]], dtype=np.int32), 1.0)
    >>> drawn_values(METRICS["accuracy"], Answers(np.array([1.0, 0.0]), np.array([0.9, 0.9]), np.array([0, 1]), 2), drawn, 252).tolist()
    [0.5, 1.0]
    """
    if not isinstance(of, Answers):
        return np.asarray(metric.compute(of[drawn.index], **metric.options(sessions_a_year=sessions_a_year)))
    if metric.additive is None:
        return gathered(metric, of, drawn.index)
    point = metric.of(of.label, of.score, threshold=of.threshold)
    return _added_up({metric: point}, of, drawn)[metric]


def gathered(metric: Metric, answers: Answers, index: np.ndarray) -> np.ndarray:
    """The metric on the rows of every replica, one after the other: for a metric that is no formula of sums.

    >>> from nightshift.proof.metrics import METRICS
    >>> two = Answers(np.array([1.0, 0.0]), np.array([0.9, 0.9]), np.array([0, 1]), 2)
    >>> gathered(METRICS["accuracy"], two, np.array([[0, 1], [0, 0]])).tolist()
    [0.5, 1.0]
    """
    order = np.argsort(answers.session, kind="stable")
    rows_of = np.split(order, np.searchsorted(answers.session[order], np.arange(1, answers.n_sessions)))
    values = []
    for sessions in index:
        rows = np.concatenate([rows_of[session] for session in sessions])
        values.append(metric.of(answers.label[rows], answers.score[rows], threshold=answers.threshold) if len(rows) else np.nan)
    return np.array(values)


def _added_up(points: dict[Metric, float], answers: Answers, drawn: Replicas) -> dict[Metric, np.ndarray]:
    """The values on every replica of the metrics that are formulas of sums; metrics that share their sums share the work."""
    forms = {metric: metric.additive for metric in points if metric.additive}
    sums = {work: work(answers) for work in dict.fromkeys(form.sums for form in forms.values())}
    totals = _drawn_totals(sums, drawn)
    # areas under curves are added up in score bins: their interval is moved to the exact value
    shifts = {metric: points[metric] - float(form.combine(sums[form.sums].sum(axis=0))) for metric, form in forms.items()}
    return {metric: form.combine(totals[form.sums]) + shifts[metric] for metric, form in forms.items()}


def _drawn_totals(sums: dict, drawn: Replicas) -> dict:
    """What the drawn sessions add up to, for all metrics in one product."""
    if not sums:
        return {}
    product = drawn.times_drawn @ np.hstack(list(sums.values()))
    ends = np.cumsum([one.shape[1] for one in sums.values()])
    return dict(zip(sums, np.split(product, ends[:-1], axis=1), strict=True))


def enough(n_sessions: int, block: float) -> Measure | None:
    """None when `n_sessions` carry an interval with blocks of this length; else the measure that says what is missing.

    >>> enough(12, 30.0).note
    'not enough evidence: 12 of 30 sessions'
    """
    needed = max(MIN_SESSIONS, int(np.ceil(block)))
    return None if n_sessions >= needed else missing(n_sessions, needed, "sessions")


def percentiles(values: np.ndarray) -> tuple[float, float] | None:
    """The ends of the interval that holds `LEVEL` of the replicas; None where too many have no value."""
    known = values[np.isfinite(values)]
    if len(known) < 0.9 * len(values):
        return None
    low, high = np.quantile(known, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(low), float(high)


def _with(point: Measure, ends: tuple[float, float] | None) -> Measure:
    if ends is None:
        return replace(point, note="no interval: the metric is undefined on too many replicas")
    return replace(point, low=ends[0], high=ends[1])
