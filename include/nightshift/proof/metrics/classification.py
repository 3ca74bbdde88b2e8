"""Classification metrics: one plain function each, of labels (1 up, 0 down) and scores (probability of up), one a row."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.metric import THRESHOLD, ratio

EPSILON = float(np.finfo(np.float64).eps)


def confusion_counts(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> np.ndarray:
    """How many rows were (true up, false up, true down, false down); a score at the threshold is a call for down.

    >>> confusion_counts(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.5]))
    array([1, 1, 1, 1])
    """
    up, called = label > 0.5, score > threshold
    return np.array([(up & called).sum(), (~up & called).sum(), (~up & ~called).sum(), (up & ~called).sum()])


def accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of rows called right, 0 to 1; higher is better.

    >>> accuracy(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.6]))
    0.75
    """
    hit_up, false_up, hit_down, false_down = confusion_counts(label, score, threshold)
    return float(ratio(hit_up + hit_down, hit_up + false_up + hit_down + false_down))


def precision(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of the calls for up that went up, 0 to 1; undefined without such a call.

    >>> precision(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.1]))
    0.5
    """
    hit_up, false_up, _, _ = confusion_counts(label, score, threshold)
    return float(ratio(hit_up, hit_up + false_up))


def recall(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of the ups that were called up, 0 to 1; undefined without an up.

    >>> recall(np.array([1, 0, 1, 1, 1]), np.array([0.9, 0.8, 0.2, 0.1, 0.3]))
    0.25
    """
    hit_up, _, _, false_down = confusion_counts(label, score, threshold)
    return float(ratio(hit_up, hit_up + false_down))


def f1(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Harmonic mean of precision and recall, 0 to 1.

    >>> round(f1(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.2, 0.1])), 3)
    0.5
    """
    hit_up, false_up, _, false_down = confusion_counts(label, score, threshold)
    return float(ratio(2 * hit_up, 2 * hit_up + false_up + false_down))


def up_accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share called right among the rows that went up, 0 to 1.

    >>> up_accuracy(np.array([1, 1, 0]), np.array([0.9, 0.1, 0.9]))
    0.5
    """
    return recall(label, score, threshold)


def down_accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share called right among the rows that did not go up, 0 to 1.

    >>> down_accuracy(np.array([1, 0, 0, 0, 0]), np.array([0.9, 0.1, 0.9, 0.9, 0.9]))
    0.25
    """
    _, false_up, hit_down, _ = confusion_counts(label, score, threshold)
    return float(ratio(hit_down, hit_down + false_up))


def skill(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Accuracy minus one half: 0 is a coin, negative is worse than a coin.

    >>> skill(np.array([1, 0, 0, 1]), np.array([0.1, 0.8, 0.2, 0.1]))
    -0.25
    """
    return accuracy(label, score, threshold) - 0.5


def log_loss(label: np.ndarray, score: np.ndarray) -> float:
    """Mean negative log-likelihood in nats; 0 is perfect, log 2 = 0.693 is a coin, lower is better.

    >>> round(log_loss(np.array([1, 0]), np.array([0.5, 0.5])), 3)
    0.693
    """
    sure = np.clip(score, EPSILON, 1 - EPSILON)
    return float(-np.mean(np.where(label > 0.5, np.log(sure), np.log1p(-sure)))) if len(label) else np.nan


def brier(label: np.ndarray, score: np.ndarray) -> float:
    """Mean squared distance of probability and outcome; 0 is perfect, 0.25 is a coin, lower is better.

    >>> brier(np.array([1, 0]), np.array([0.5, 0.5]))
    0.25
    """
    return float(np.mean((score - (label > 0.5)) ** 2)) if len(label) else np.nan


def roc_auc(label: np.ndarray, score: np.ndarray) -> float:
    """Chance that an up scores above a down, ties counting half; 0.5 is a coin; undefined with one class.

    >>> roc_auc(np.array([1, 1, 0, 0]), np.array([0.9, 0.3, 0.4, 0.1]))
    0.75
    """
    from_ups, from_downs = counts_by_score(label, score)
    below = np.cumsum(from_downs) - from_downs
    return float(ratio((from_ups * (below + 0.5 * from_downs)).sum(), from_ups.sum() * from_downs.sum()))


def pr_auc(label: np.ndarray, score: np.ndarray) -> float:
    """Average precision over the recall steps, 0 to 1; the share of ups is a coin's; undefined with one class.

    >>> round(pr_auc(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])), 3)
    0.833
    """
    from_ups, from_downs = (counts[::-1] for counts in counts_by_score(label, score))
    reached = ratio(np.cumsum(from_ups), np.cumsum(from_ups + from_downs))
    both = from_ups.sum() * from_downs.sum()
    return float((from_ups * reached).sum() / from_ups.sum()) if both else np.nan


def calibration_error(label: np.ndarray, score: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean |share of ups − mean probability| over equal-width bins; 0 is calibrated.

    >>> round(calibration_error(np.array([1, 1, 0, 0]), np.array([0.95, 0.95, 0.05, 0.05])), 3)
    0.05
    """
    chosen = np.clip((score * bins).astype(int), 0, bins - 1)
    gap = np.bincount(chosen, weights=(label > 0.5) - score, minlength=bins)
    return float(ratio(np.abs(gap).sum(), len(label)))


def confident_accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Accuracy of the fifth of the rows whose scores are furthest from the threshold, 0 to 1.

    >>> confident_accuracy(np.array([1, 0, 0, 1, 1]), np.array([0.99, 0.6, 0.6, 0.4, 0.4]))
    1.0
    """
    if not len(label):
        return np.nan
    distance = np.abs(score - threshold)
    sure = distance >= np.quantile(distance, 0.8)
    return accuracy(label[sure], score[sure], threshold)


def counts_by_score(label: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many ups and how many downs have each distinct score, in ascending order of score."""
    distinct, place = np.unique(score, return_inverse=True)
    ups = np.bincount(place, weights=label > 0.5, minlength=len(distinct))
    return ups, np.bincount(place, minlength=len(distinct)) - ups
