"""Regression metrics: one plain function each, of labels (returns that came) and scores (returns expected), one a row."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.metric import ratio

SMALLEST_MOVE = 1e-12  # a return fraction below the rounding of a price ratio is no move


def rmse(label: np.ndarray, score: np.ndarray) -> float:
    """Root mean squared error, in the label's own unit (a return fraction); 0 is perfect.

    >>> round(rmse(np.array([0.03, -0.01]), np.array([-0.01, -0.01])), 4)
    0.0283
    """
    return float(np.sqrt(np.mean((score - label) ** 2))) if len(label) else np.nan


def mae(label: np.ndarray, score: np.ndarray) -> float:
    """Mean absolute error, in the label's own unit (a return fraction); 0 is perfect.

    >>> mae(np.array([0.04, -0.01]), np.array([0.0, -0.01]))
    0.02
    """
    return float(np.mean(np.abs(score - label))) if len(label) else np.nan


def mape(label: np.ndarray, score: np.ndarray) -> float:
    """Mean absolute error as a fraction of the label, over rows whose label is a move (0.5 is 50 %); 0 is perfect.

    >>> mape(np.array([0.02, 0.0]), np.array([0.01, 0.5])), mape(np.array([0.02, 1e-313]), np.array([0.01, 0.5]))
    (0.5, 0.5)
    """
    asked = moved(label)
    return float(np.mean(np.abs(score[asked] / label[asked] - 1.0))) if asked.any() else np.nan


def moved(label: np.ndarray) -> np.ndarray:
    """Which rows' returns are a move, and not the rounding of a price ratio.

    >>> moved(np.array([0.01, 0.0, -1e-300])).tolist()
    [True, False, False]
    """
    return np.abs(label) > SMALLEST_MOVE


def r2(label: np.ndarray, score: np.ndarray) -> float:
    """Share of the labels' variance explained: 1 is perfect, 0 is their mean, negative is worse than their mean.

    >>> r2(np.array([0.01, -0.01]), np.array([-0.01, 0.01]))
    -3.0
    """
    if constant(label):
        return np.nan
    return float(1.0 - ((score - label) ** 2).sum() / ((label - label.mean()) ** 2).sum())


def directional_accuracy(label: np.ndarray, score: np.ndarray) -> float:
    """Share of rows whose expected return has the sign that came, 0 to 1; not moving counts as not up.

    >>> directional_accuracy(np.array([0.02, -0.01]), np.array([0.01, 0.01]))
    0.5
    """
    return float(np.mean((label > 0) == (score > 0))) if len(label) else np.nan


def information_coefficient(label: np.ndarray, score: np.ndarray) -> float:
    """Spearman rank correlation of expected and realised return, −1 to 1; undefined for constant series.

    >>> round(information_coefficient(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])), 9)
    -1.0
    """
    return correlation(ranks(label), ranks(score))


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


def squares(label: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Row terms (count, error², label, label²) from which R² and RMSE are added up."""
    return np.stack([np.ones_like(label), (score - label) ** 2, label, label**2])


def r2_of_sums(totals: np.ndarray) -> np.ndarray:
    """R² from summed `squares`."""
    count, error, label, label_squared = np.moveaxis(totals, -1, 0)
    return 1.0 - ratio(error, label_squared - ratio(label**2, count))


def rank_products(label: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Row terms of a correlation of ranks taken once over all rows."""
    left, right = ranks(label), ranks(score)
    left, right = left - left.mean(), right - right.mean()
    return np.stack([np.ones_like(left), left, right, left**2, right**2, left * right])


def correlation_of_sums(totals: np.ndarray) -> np.ndarray:
    """Correlation from summed `rank_products`."""
    count, left, right, left_squared, right_squared, product = np.moveaxis(totals, -1, 0)
    spread = (left_squared - ratio(left**2, count)) * (right_squared - ratio(right**2, count))
    return ratio(product - ratio(left * right, count), np.sqrt(np.maximum(spread, 0.0)))
