"""The stationary bootstrap: whole sessions are drawn in blocks of random length, so that dependence in time survives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nightshift.nouns.measures import Measure
from nightshift.proof.metrics.metric import Answers, Metric, measured, missing

LEVEL = 0.95  # of every interval
REPLICAS = 1000
MIN_SESSIONS = 20


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
    starts = rng.random((n_replicas, n_sessions), dtype=np.float32) < 1.0 / max(block_sessions, 1.0)
    starts[:, 0] = True
    place = np.arange(n_sessions, dtype=np.int32)
    begun = np.maximum.accumulate(np.where(starts, place, np.int32(0)), axis=1)
    first = np.take_along_axis(rng.integers(0, n_sessions, (n_replicas, n_sessions), dtype=np.int32), begun, axis=1)
    return Replicas((first + place - begun) % np.int32(n_sessions), float(block_sessions))


def block_sessions(series: np.ndarray) -> float:
    """Politis and White's automatic block length for one series (corrected 2009), at least 1; constant series give 1."""
    n = len(series)
    centred = series - series.mean() if n else series
    if n < 8 or np.ptp(series) <= 1e-12 * np.abs(series).max():
        return 1.0
    least, longest = max(5, int(np.log10(n))), int(np.ceil(np.sqrt(n)))
    lags = min(longest + least, n - 2)
    covariance = np.array([centred[lag:] @ centred[: n - lag] for lag in range(lags + 1)]) / n
    reach = min(_bandwidth(centred, lags, least), lags)
    lag = np.arange(1, reach + 1)
    taper = np.where(lag / reach <= 0.5, 1.0, 2.0 * (1.0 - lag / reach))
    slope = (2.0 * taper * lag * covariance[1 : reach + 1]).sum()
    long_run = covariance[0] + (2.0 * taper * covariance[1 : reach + 1]).sum()
    longest_block = np.ceil(min(3.0 * np.sqrt(n), n / 3.0))
    return float(max(min((slope**2 / long_run**2 * n) ** (1.0 / 3.0), longest_block), 1.0)) if long_run else 1.0


def shared_block(series: Iterable[np.ndarray], reach: int) -> float:
    """One block length for series that are drawn together: the longest of theirs, and no shorter than a label's reach."""
    return max([float(reach), *(block_sessions(one) for one in series)])


def returns_measures(metrics: Iterable[Metric], series: dict[str, np.ndarray], drawn: Replicas | None) -> dict[str, Measure]:
    """Trading metrics with their intervals; `series` holds the returns, turnover and exposure a session, by `Metric.needs`.

    Without replicas (fewer sessions than a block) there are no intervals.
    """
    again = {needs: one[drawn.index] for needs, one in series.items()} if drawn else {}
    out = {}
    for metric in metrics:
        point = measured(metric, series[metric.needs])
        if point.value is not None and drawn:
            point = _with(point, _percentiles(np.asarray(metric.compute(again[metric.needs]))))
        out[metric.name] = point
    return out


def rows_measures(metrics: Iterable[Metric], answers: Answers, drawn: Replicas | None) -> dict[str, Measure]:
    """Prediction metrics with their intervals: sessions are drawn with all their rows."""
    out = {metric: measured(metric, answers.label, answers.score, threshold=answers.threshold) for metric in metrics}
    if drawn is not None:
        asked = [metric for metric, point in out.items() if point.value is not None and metric.additive]
        sums = {metric.additive.sums: np.empty(0) for metric in asked if metric.additive}
        sums = {work: work(answers) for work in sums}
        totals = _drawn_totals(sums, drawn)
        for metric in asked:
            if metric.additive:
                combine, work = metric.additive.combine, metric.additive.sums
                # areas under curves are added up in score bins: their interval is moved to the exact value
                shift = (out[metric].value or 0.0) - float(combine(sums[work].sum(axis=0)))
                out[metric] = _with(out[metric], _percentiles(combine(totals[work]) + shift))
    return {metric.name: point for metric, point in out.items()}


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


def _bandwidth(centred: np.ndarray, lags: int, least: int) -> int:
    """Twice the lag after which `least` autocorrelations in a row are small."""
    n = len(centred)
    bound = 2.0 * np.sqrt(np.log10(n) / n)
    size = np.array([np.abs(_cross(centred, lag)) for lag in range(lags + 1)])
    for start in range(lags + 1 - least):
        if (size[start : start + least] < bound).all():
            return 2 * max(start, 1)
    return lags


def _cross(centred: np.ndarray, lag: int) -> float:
    ahead, behind = centred[lag + 1 :], centred[: len(centred) - lag - 1]
    scale = np.sqrt((ahead @ ahead) * (behind @ behind))
    return float(centred[lag:] @ centred[: len(centred) - lag] / scale) if scale else 0.0


def _percentiles(values: np.ndarray) -> tuple[float, float] | None:
    known = values[np.isfinite(values)]
    if len(known) < 0.9 * len(values):
        return None
    low, high = np.quantile(known, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return float(low), float(high)


def _with(point: Measure, ends: tuple[float, float] | None) -> Measure:
    if ends is None:
        return replace(point, note="no interval: the metric is undefined on too many replicas")
    return replace(point, low=ends[0], high=ends[1])
