"""How right the calls were on either side of what came: a model may know one side only."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.calls import Calls, confusion_counts, of_calls, ups_found
from nightshift.proof.metrics.declaring import metric
from nightshift.proof.metrics.metric import THRESHOLD, ratio
from nightshift.proof.metrics.unit import FRACTION


def _downs_found(n: Calls) -> np.ndarray:
    return ratio(n.true_down, n.true_down + n.false_up)


@metric(
    "classification", unit=FRACTION, better="higher", group="Skill", label="Accuracy, up days", undefined="0 of 1 rows that went up",
    additive=of_calls(ups_found),
)  # fmt: skip
def up_accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share called right among the rows that went up, 0 to 1.

    >>> up_accuracy(np.array([1, 1, 0]), np.array([0.9, 0.1, 0.9]))
    0.5
    """
    return float(ups_found(confusion_counts(label, score, threshold)))


@metric(
    "classification", unit=FRACTION, better="higher", group="Skill", label="Accuracy, down days", undefined="0 of 1 rows that went down",
    additive=of_calls(_downs_found),
)  # fmt: skip
def down_accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Share called right among the rows that did not go up, 0 to 1.

    >>> down_accuracy(np.array([1, 0, 0, 0, 0]), np.array([0.9, 0.1, 0.9, 0.9, 0.9]))
    0.25
    """
    return float(_downs_found(confusion_counts(label, score, threshold)))
