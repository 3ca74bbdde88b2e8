"""Prediction metrics as sums over rows: what a bootstrap of sessions adds up. Equal to the plain functions; tests compare them all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.proof import classification, regression
from nightshift.proof.metric import Additive, ratio

SCORE_BINS = 128  # areas under a curve are added up over this many score quantiles


def _called(label: np.ndarray, score: np.ndarray, threshold: float) -> np.ndarray:
    up, called = label > 0.5, score > threshold
    return np.stack([up & called, ~up & called, ~up & ~called, up & ~called]).astype(np.float64)


def _confusion(combine: Callable[..., np.ndarray]) -> Additive:
    return Additive(_called, lambda totals: combine(*np.moveaxis(totals, -1, 0)))


def mean_of(row_value: Callable[[np.ndarray, np.ndarray], np.ndarray], after: Callable = lambda mean: mean) -> Additive:
    """A metric that is the mean of one number a row (`after` may take its root)."""

    def terms(label: np.ndarray, score: np.ndarray, _threshold: float) -> np.ndarray:
        values = row_value(label, score)
        return np.stack([values, np.ones_like(values)])

    return Additive(terms, lambda totals: after(ratio(totals[..., 0], totals[..., 1])))


def _nats(label: np.ndarray, score: np.ndarray) -> np.ndarray:
    sure = np.clip(score, classification.EPSILON, 1 - classification.EPSILON)
    return -np.where(label > 0.5, np.log(sure), np.log1p(-sure))


def _histogram(label: np.ndarray, score: np.ndarray, _threshold: float) -> np.ndarray:
    edges = np.unique(np.quantile(score, np.linspace(0, 1, SCORE_BINS + 1)[1:-1]))
    place = np.searchsorted(edges, score, side="right")
    out = np.zeros((2 * SCORE_BINS, len(score)))
    out[np.where(label > 0.5, place, place + SCORE_BINS), np.arange(len(score))] = 1.0
    return out


def _area_under_roc(totals: np.ndarray) -> np.ndarray:
    ups, downs = totals[..., :SCORE_BINS], totals[..., SCORE_BINS:]
    below = np.cumsum(downs, axis=-1) - downs
    return ratio((ups * (below + 0.5 * downs)).sum(axis=-1), ups.sum(axis=-1) * downs.sum(axis=-1))


def _average_precision(totals: np.ndarray) -> np.ndarray:
    ups, downs = totals[..., SCORE_BINS - 1 :: -1], totals[..., : SCORE_BINS - 1 : -1]
    reached = ratio(np.cumsum(ups, axis=-1), np.cumsum(ups + downs, axis=-1))
    return ratio(np.where(ups > 0, ups * reached, 0.0).sum(axis=-1), ups.sum(axis=-1))


def _binned_gaps(label: np.ndarray, score: np.ndarray, _threshold: float) -> np.ndarray:
    chosen = np.clip((score * 10).astype(int), 0, 9)
    gaps = np.where(chosen == np.arange(10)[:, None], (label > 0.5) - score, 0.0)
    return np.vstack([gaps, np.ones(len(label))])


def _moved_error(label: np.ndarray, score: np.ndarray, _threshold: float) -> np.ndarray:
    moved = label != 0
    return np.stack([np.where(moved, np.abs(score - label) / np.where(moved, np.abs(label), 1.0), 0.0), moved.astype(np.float64)])


def _sure_and_right(label: np.ndarray, score: np.ndarray, threshold: float) -> np.ndarray:
    distance = np.abs(score - threshold)
    sure = distance >= np.quantile(distance, 0.8)
    return np.stack([sure & ((label > 0.5) == (score > threshold)), sure]).astype(np.float64)


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
    "calibration_error": Additive(_binned_gaps, lambda totals: ratio(np.abs(totals[..., :10]).sum(axis=-1), totals[..., 10])),
    "confident_accuracy": Additive(_sure_and_right, lambda totals: ratio(totals[..., 0], totals[..., 1])),
    "rmse": mean_of(lambda label, score: (score - label) ** 2, np.sqrt),
    "mae": mean_of(lambda label, score: np.abs(score - label)),
    "mape": Additive(_moved_error, lambda totals: ratio(totals[..., 0], totals[..., 1])),
    "r2": Additive(lambda label, score, _: regression.squares(label, score), regression.r2_of_sums),
    "directional_accuracy": mean_of(lambda label, score: ((label > 0) == (score > 0)).astype(np.float64)),
    "information_coefficient": Additive(lambda label, score, _: regression.rank_products(label, score), regression.correlation_of_sums),
}
