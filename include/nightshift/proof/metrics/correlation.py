"""Correlation, plain and as sums over rows, of series that may be constant."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.metric import Answers, ratio


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Pearson correlation, NaN when either side is constant.

    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])), 9)
    1.0
    """
    if constant(left) or constant(right):
        return np.nan
    left, right = left - left.mean(), right - right.mean()
    return float((left * right).sum() / np.sqrt((left**2).sum() * (right**2).sum()))


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0, ties sharing their mean rank.

    >>> ranks(np.array([5.0, 1.0, 5.0]))
    array([1.5, 0. , 1.5])
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2.0)[place]


def constant(values: np.ndarray) -> bool:
    """True when a series is empty or does not vary beyond rounding."""
    return len(values) == 0 or bool(np.ptp(values) <= 1e-12 * np.abs(values).max())


def rank_products(answers: Answers) -> np.ndarray:
    """Row terms of a correlation of ranks taken once over all rows."""
    left, right = ranks(answers.label), ranks(answers.score)
    left, right = left - left.mean(), right - right.mean()
    return np.stack([np.ones_like(left), left, right, left**2, right**2, left * right])


def correlation_of_sums(totals: np.ndarray) -> np.ndarray:
    """Correlation from summed `rank_products`."""
    count, left, right, left_squared, right_squared, product = np.moveaxis(totals, -1, 0)
    spread = (left_squared - ratio(left**2, count)) * (right_squared - ratio(right**2, count))
    return ratio(product - ratio(left * right, count), np.sqrt(np.maximum(spread, 0.0)))
