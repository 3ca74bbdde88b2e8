"""Weights of rows by class."""

from __future__ import annotations

import numpy as np


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
