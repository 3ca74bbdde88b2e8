"""Prediction metrics as sums over rows: what a bootstrap of sessions adds up. Equal to the plain functions; tests compare them all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.proof.metrics import classification, regression
from nightshift.proof.metrics.metric import Additive, Answers, ratio

SCORE_BINS = 128  # areas under a curve are added up over this many score quantiles


def rowwise(terms: Callable[[Answers], np.ndarray], combine: Callable[[np.ndarray], np.ndarray]) -> Additive:
    """A metric from terms (k, rows) that are added up per session."""
    return Additive(lambda answers: by_session(terms(answers), answers), combine)


def by_session(terms: np.ndarray, answers: Answers) -> np.ndarray:
    """Row terms (k, rows) added up per session: (sessions, k).

    >>> none = np.zeros(3)
    >>> by_session(np.array([[1.0, 2.0, 4.0]]), Answers(none, none, np.array([0, 1, 1]), 3)).ravel()
    array([1., 6., 0.])
    """
    order = np.argsort(answers.session, kind="stable")
    found, first = np.unique(answers.session[order], return_index=True)
    out = np.zeros((answers.n_sessions, len(terms)))
    if len(found):
        out[found] = np.add.reduceat(terms[:, order], first, axis=1).T
    return out


def _called(answers: Answers) -> np.ndarray:
    up, called = answers.label > 0.5, answers.score > answers.threshold
    return np.stack([up & called, ~up & called, ~up & ~called, up & ~called]).astype(np.float64)


def _confusion_sums(answers: Answers) -> np.ndarray:
    return by_session(_called(answers), answers)


def _confusion(combine: Callable[..., np.ndarray]) -> Additive:
    return Additive(_confusion_sums, lambda totals: combine(*np.moveaxis(totals, -1, 0)))


def mean_of(row_value: Callable[[np.ndarray, np.ndarray], np.ndarray], after: Callable = lambda mean: mean) -> Additive:
    """A metric that is the mean of one number a row (`after` may take its root)."""

    def terms(answers: Answers) -> np.ndarray:
        values = row_value(answers.label, answers.score)
        return np.stack([values, np.ones_like(values)])

    return rowwise(terms, lambda totals: after(ratio(totals[..., 0], totals[..., 1])))


def _nats(label: np.ndarray, score: np.ndarray) -> np.ndarray:
    sure = np.clip(score, classification.EPSILON, 1 - classification.EPSILON)
    return -np.where(label > 0.5, np.log(sure), np.log1p(-sure))


def _histogram(answers: Answers) -> np.ndarray:
    """Ups, then downs, in each score quantile, per session."""
    edges = np.unique(np.quantile(answers.score, np.linspace(0, 1, SCORE_BINS + 1)[1:-1]))
    place = np.searchsorted(edges, answers.score, side="right") + np.where(answers.label > 0.5, 0, SCORE_BINS)
    counts = np.bincount(answers.session * (2 * SCORE_BINS) + place, minlength=answers.n_sessions * 2 * SCORE_BINS)
    return counts.reshape(answers.n_sessions, 2 * SCORE_BINS).astype(np.float64)


def _area_under_roc(totals: np.ndarray) -> np.ndarray:
    ups, downs = totals[..., :SCORE_BINS], totals[..., SCORE_BINS:]
    below = np.cumsum(downs, axis=-1) - downs
    return ratio((ups * (below + 0.5 * downs)).sum(axis=-1), ups.sum(axis=-1) * downs.sum(axis=-1))


def _average_precision(totals: np.ndarray) -> np.ndarray:
    ups, downs = totals[..., SCORE_BINS - 1 :: -1], totals[..., : SCORE_BINS - 1 : -1]
    reached = ratio(np.cumsum(ups, axis=-1), np.cumsum(ups + downs, axis=-1))
    return ratio(np.where(ups > 0, ups * reached, 0.0).sum(axis=-1), ups.sum(axis=-1))


def _binned_gaps(answers: Answers) -> np.ndarray:
    chosen = np.clip((answers.score * 10).astype(int), 0, 9)
    gaps = np.where(chosen == np.arange(10)[:, None], (answers.label > 0.5) - answers.score, 0.0)
    return np.vstack([gaps, np.ones(len(answers.label))])


def _moved_error(answers: Answers) -> np.ndarray:
    moved = regression.moved(answers.label)
    error = np.abs(answers.score - answers.label) / np.where(moved, np.abs(answers.label), 1.0)
    return np.stack([np.where(moved, error, 0.0), moved.astype(np.float64)])


def _sure_and_right(answers: Answers) -> np.ndarray:
    distance = np.abs(answers.score - answers.threshold)
    sure = distance >= np.quantile(distance, 0.8)
    return np.stack([sure & ((answers.label > 0.5) == (answers.score > answers.threshold)), sure]).astype(np.float64)


# Metrics that share a function of sums share its work.
ADDITIVE: dict[str, Additive] = {
    "accuracy": _confusion(lambda tp, fp, tn, fn: ratio(tp + tn, tp + fp + tn + fn)),
    "skill": _confusion(lambda tp, fp, tn, fn: ratio(tp + tn, tp + fp + tn + fn) - 0.5),
    "precision": _confusion(lambda tp, fp, tn, fn: ratio(tp, tp + fp)),  # noqa: ARG005
    "recall": _confusion(lambda tp, fp, tn, fn: ratio(tp, tp + fn)),  # noqa: ARG005
    "up_accuracy": _confusion(lambda tp, fp, tn, fn: ratio(tp, tp + fn)),  # noqa: ARG005
    "down_accuracy": _confusion(lambda tp, fp, tn, fn: ratio(tn, tn + fp)),  # noqa: ARG005
    "f1": _confusion(lambda tp, fp, tn, fn: ratio(2 * tp, 2 * tp + fp + fn)),  # noqa: ARG005
    "log_loss": mean_of(_nats),
    "brier": mean_of(lambda label, score: (score - (label > 0.5)) ** 2),
    "roc_auc": Additive(_histogram, _area_under_roc),
    "pr_auc": Additive(_histogram, _average_precision),
    "calibration_error": rowwise(_binned_gaps, lambda totals: ratio(np.abs(totals[..., :10]).sum(axis=-1), totals[..., 10])),
    "confident_accuracy": rowwise(_sure_and_right, lambda totals: ratio(totals[..., 0], totals[..., 1])),
    "rmse": mean_of(lambda label, score: (score - label) ** 2, np.sqrt),
    "mae": mean_of(lambda label, score: np.abs(score - label)),
    "mape": rowwise(_moved_error, lambda totals: ratio(totals[..., 0], totals[..., 1])),
    "r2": rowwise(lambda one: regression.squares(one.label, one.score), regression.r2_of_sums),
    "directional_accuracy": mean_of(lambda label, score: ((label > 0) == (score > 0)).astype(np.float64)),
    "information_coefficient": rowwise(lambda one: regression.rank_products(one.label, one.score), regression.correlation_of_sums),
}
