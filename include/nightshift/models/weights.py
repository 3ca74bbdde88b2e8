"""Weights of rows and the two losses that every learner reports."""

from __future__ import annotations

import numpy as np

from nightshift.models.family import Task


def class_weights(mode: str, label: np.ndarray) -> tuple[float, float]:
    """Weight of a row with label 0 and with label 1; `balanced` gives both classes the same total.

    >>> class_weights("balanced", np.array([0.0, 0.0, 0.0, 1.0])) == (4 / 6, 2.0)
    True
    """
    ones = float(np.sum(label == 1.0))
    zeros = len(label) - ones
    if mode == "none" or not ones or not zeros:
        return 1.0, 1.0
    return len(label) / (2 * zeros), len(label) / (2 * ones)


def row_weights(label: np.ndarray, weights: tuple[float, float]) -> np.ndarray | None:
    """float32 weight of each row, or None when all weigh the same."""
    return None if weights[0] == weights[1] else np.where(label == 1.0, weights[1], weights[0]).astype(np.float32)


def loss(task: Task, score: np.ndarray, label: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Log loss of probabilities, or mean squared error of returns; lower is better.

    >>> round(loss("classification", np.array([0.5]), np.array([1.0])), 4)
    0.6931
    """
    if task == "regression":
        return float(np.average((score - label) ** 2, weights=weight))
    clipped = np.clip(score, 1e-15, 1 - 1e-15)
    return float(-np.average(np.where(label == 1.0, np.log(clipped), np.log1p(-clipped)), weights=weight))
