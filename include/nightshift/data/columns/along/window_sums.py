"""Sums over the last bars whose last bit depends on these bars alone, however long the history before them is.

A running sum, as TA-Lib keeps one, remembers in its last bits every value it ever held: yesterday's columns could not be used
again. Here a window is added up from halves, quarters, …, always in the same order, in a handful of passes over all symbols.
"""

from __future__ import annotations

import numpy as np


def before(values: np.ndarray, n_bars: int) -> np.ndarray:
    """Every row as it was `n_bars` earlier; NaN before its first value.

    >>> before(np.array([[1.0, 2.0, 3.0]]), 1)
    array([[nan,  1.,  2.]])
    """
    out = np.empty(values.shape)
    out[:, :n_bars] = np.nan
    out[:, n_bars:] = values[:, : max(values.shape[1] - n_bars, 0)]
    return out


def window_sum(values: np.ndarray, n_bars: int) -> np.ndarray:
    """Sum of the last `n_bars` values of every row, this one included; NaN where there are fewer.

    >>> window_sum(np.array([[1.0, 2.0, 3.0, 4.0]]), 3)
    array([[nan, nan,  6.,  9.]])
    """
    whole, reach, power, size = None, 0, values, 1
    while size <= n_bars:
        if n_bars & size:
            whole, reach = power if whole is None else _added(whole, power, reach), reach + size
        if 2 * size <= n_bars:
            power = _added(power, power, size)
        size *= 2
    return np.asarray(whole)


def _added(values: np.ndarray, earlier: np.ndarray, n_bars: int) -> np.ndarray:
    """`values` and what `earlier` was `n_bars` before."""
    out = np.empty(values.shape)
    out[:, :n_bars] = np.nan
    np.add(values[:, n_bars:], earlier[:, : max(values.shape[1] - n_bars, 0)], out=out[:, n_bars:])
    return out


def window_mean(values: np.ndarray, n_bars: int) -> np.ndarray:
    """Mean of the last `n_bars` values."""
    return window_sum(values, n_bars) / n_bars


def window_std(values: np.ndarray, n_bars: int) -> np.ndarray:
    """Standard deviation of the last `n_bars` values (population).

    >>> window_std(np.array([[1.0, 3.0, 3.0]]), 2)
    array([[nan,  1.,  0.]])
    """
    mean = window_mean(values, n_bars)
    return np.sqrt(np.maximum(window_mean(values * values, n_bars) - mean * mean, 0.0))


def window_slope(values: np.ndarray, n_bars: int) -> np.ndarray:
    """Slope of the straight line through the last `n_bars` values, per bar.

    >>> window_slope(np.array([[1.0, 3.0, 5.0]]), 3)
    array([[nan, nan,  2.]])
    """
    middle, scale = (n_bars - 1) / 2, n_bars * (n_bars * n_bars - 1) / 12
    slope = values * (middle / scale)
    for earlier in range(1, n_bars):
        slope = _added(slope, values * ((middle - earlier) / scale), earlier)
    return slope
