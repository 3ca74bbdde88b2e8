"""Metrics of calls for up and down: one plain function each, of labels (1 up, 0 down) and scores (probability of up), one a row."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.calls import Calls, confusion_counts, of_calls, right, ups_found
from nightshift.proof.metrics.declaring import metric
from nightshift.proof.metrics.metric import THRESHOLD, ratio
from nightshift.proof.metrics.unit import FRACTION, SCORE, Unit

ABOVE_A_COIN = Unit("fraction above a coin", "points", lowest=-0.5, highest=0.5)


def _calls_right(n: Calls) -> np.ndarray:
    return ratio(n.true_up, n.true_up + n.false_up)


def _harmonic(n: Calls) -> np.ndarray:
    return ratio(2 * n.true_up, 2 * n.true_up + n.false_up + n.false_down)


@metric(
    "classification", unit=ABOVE_A_COIN, better="higher", group="Skill", label="Skill against chance", leads=True,
    both_tasks=True, additive=of_calls(lambda n: right(n) - 0.5),
)  # fmt: skip
def skill(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Accuracy minus one half: 0 is a coin, negative is worse than a coin.

    >>> skill(np.array([1, 0, 0, 1]), np.array([0.1, 0.8, 0.2, 0.1]))
    -0.25
    """
    return accuracy(label, score, threshold) - 0.5


@metric("classification", unit=FRACTION, better="higher", group="Skill", label="Accuracy", leads=True, additive=of_calls(right))
def accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of rows called right, 0 to 1; higher is better.

    >>> accuracy(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.6]))
    0.75
    """
    return float(right(confusion_counts(label, score, threshold)))


@metric(
    "classification", unit=FRACTION, better="higher", group="Skill", label="Precision", undefined="0 of 1 calls for up",
    additive=of_calls(_calls_right),
)  # fmt: skip
def precision(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of the calls for up that went up, 0 to 1; undefined without such a call.

    >>> precision(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.1]))
    0.5
    """
    return float(_calls_right(confusion_counts(label, score, threshold)))


@metric(
    "classification", unit=FRACTION, better="higher", group="Skill", label="Recall", undefined="0 of 1 rows that went up",
    additive=of_calls(ups_found),
)  # fmt: skip
def recall(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share of the ups that were called up, 0 to 1; undefined without an up.

    >>> recall(np.array([1, 0, 1, 1, 1]), np.array([0.9, 0.8, 0.2, 0.1, 0.3]))
    0.25
    """
    return float(ups_found(confusion_counts(label, score, threshold)))


@metric(
    "classification", unit=SCORE, better="higher", group="Skill", label="F1", undefined="0 of 1 ups, called or come",
    additive=of_calls(_harmonic),
)  # fmt: skip
def f1(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Harmonic mean of precision and recall, 0 to 1.

    >>> round(f1(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.2, 0.1])), 3)
    0.5
    """
    return float(_harmonic(confusion_counts(label, score, threshold)))
