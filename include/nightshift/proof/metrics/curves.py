"""Curves and tables behind the report's charts: pure functions of labels, scores and returns; at most `POINTS` points a curve."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.calls import confusion_counts
from nightshift.proof.metrics.classification import accuracy
from nightshift.proof.metrics.metric import Answers, ratio
from nightshift.proof.metrics.probabilities import counts_by_score
from nightshift.proof.metrics.trading import sharpe_annual

POINTS = 200
BINS = 10


def roc_points(answers: Answers) -> dict[str, np.ndarray]:
    """False against true alarms from (0, 0) to (1, 1), from the highest score down; empty with one outcome."""
    ups, downs = (np.concatenate([[0], np.cumsum(one[::-1])]) for one in counts_by_score(answers.went_up, answers.score))
    if not ups[-1] or not downs[-1]:
        return {}
    kept = _thinned(len(ups))
    return {"false_up": downs[kept] / downs[-1], "true_up": ups[kept] / ups[-1]}


def pr_points(answers: Answers) -> dict[str, np.ndarray]:
    """Precision at each recall, from the highest score down; empty with one outcome."""
    ups, downs = (np.cumsum(one[::-1]) for one in counts_by_score(answers.went_up, answers.score))
    if not len(ups) or not ups[-1] or not downs[-1]:
        return {}
    kept = _thinned(len(ups))
    return {"recall": ups[kept] / ups[-1], "precision": ups[kept] / (ups + downs)[kept]}


def calibration(answers: Answers, bins: int = BINS) -> list[dict[str, float]]:
    """Rows in equally filled bins of score: mean score against the share that went up (or the mean return that came)."""
    if not len(answers.score):
        return []
    edges = np.unique(np.quantile(answers.score, np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.searchsorted(edges, answers.score, side="right")
    count = np.bincount(place, minlength=len(edges) + 1)
    score, came = (ratio(np.bincount(place, weights=w, minlength=len(count)), count) for w in (answers.score, answers.label))
    return [{"count": int(n), "mean_score": float(s), "mean_label": float(c)} for n, s, c in zip(count, score, came, strict=True) if n]


def confusion(answers: Answers) -> dict[str, int]:
    """The four counts at the decision threshold; a return counts as up when positive."""
    counts = confusion_counts(answers.went_up, answers.score, answers.threshold)
    return dict(zip(("true_up", "false_up", "true_down", "false_down"), map(int, counts), strict=True))


def accuracy_by_confidence(answers: Answers, bins: int = 5) -> list[dict[str, float]]:
    """Accuracy in equally filled bins of distance from the threshold, the least confident first."""
    distance = np.abs(answers.score - answers.threshold)
    order = np.argsort(distance, kind="stable")
    rows = []
    for chosen in np.array_split(order, bins):
        if len(chosen):
            right = accuracy(answers.went_up[chosen], answers.score[chosen], answers.threshold)
            rows.append({"count": len(chosen), "least_distance": float(distance[chosen].min()), "accuracy": right})
    return rows


def hits_by_session(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    """(right calls, all calls) of each session."""
    right = (answers.went_up > 0) == (answers.score > answers.threshold)
    return tuple(np.bincount(answers.session, weights=w, minlength=answers.n_sessions) for w in (right, np.ones(len(right))))  # type: ignore[return-value]


def rolling_accuracy(answers: Answers, window: int) -> np.ndarray:
    """Accuracy over the last `window` sessions, NaN before the first full window.

    >>> one = Answers(np.array([1.0, 0, 1]), np.array([0.9, 0.9, 0.9]), np.array([0, 1, 2]), 3)
    >>> rolling_accuracy(one, 2)
    array([nan, 0.5, 0.5])
    """
    right, asked = hits_by_session(answers)
    return ratio(_rolling_sum(right, window), _rolling_sum(asked, window))


def rolling_sharpe(returns: np.ndarray, window: int) -> np.ndarray:
    """Annual Sharpe over the last `window` sessions, NaN before the first full window."""
    out = np.full(len(returns), np.nan)
    if 1 < window <= len(returns):
        out[window - 1 :] = sharpe_annual(np.lib.stride_tricks.sliding_window_view(returns, window))
    return out


def months(sessions: np.ndarray, returns: np.ndarray) -> dict[str, float]:
    """Compound return of each calendar month.

    >>> months(np.array(["2026-01-30", "2026-02-02", "2026-02-03"], "datetime64[D]"), np.array([0.1, 0.5, -0.5]))
    {'2026-01': 0.1, '2026-02': -0.25}
    """
    month = sessions.astype("datetime64[M]")
    return {str(m): round(float(np.prod(1.0 + returns[month == m]) - 1.0), 10) for m in np.unique(month)}


def histogram(returns: dict[str, np.ndarray], bins: int = 40) -> dict[str, object]:
    """Counts of each name's session returns over shared edges."""
    every = np.concatenate(list(returns.values()))
    low, high = float(every.min()), float(every.max())
    edges = np.linspace(low, high if high > low else low + 1e-6, bins + 1)
    return {"edges": edges, "counts": {name: np.histogram(one, edges)[0] for name, one in returns.items()}}


def _rolling_sum(values: np.ndarray, window: int) -> np.ndarray:
    out = np.full(len(values), np.nan)
    if 0 < window <= len(values):
        total = np.concatenate([[0.0], np.cumsum(values)])
        out[window - 1 :] = total[window:] - total[:-window]
    return out


def _thinned(n: int) -> np.ndarray:
    return np.unique(np.linspace(0, n - 1, min(n, POINTS)).round().astype(int))
