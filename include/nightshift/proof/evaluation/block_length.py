"""How long a bootstrap's blocks have to be, so that what depends on its neighbours in time stays with them."""

from __future__ import annotations

import numpy as np


def block_sessions(series: np.ndarray) -> float:
    """Politis and White's automatic block length for one series (corrected 2009), at least 1; constant series give 1."""
    n = len(series)
    centred = series - series.mean() if n else series
    if n < 8 or np.ptp(series) <= 1e-12 * np.abs(series).max():
        return 1.0
    least, longest = max(5, int(np.log10(n))), int(np.ceil(np.sqrt(n)))
    lags = min(longest + least, n - 2)
    products = lagged_products(centred, lags)
    reach = min(_bandwidth(centred, products, least), lags)
    covariance = products[: reach + 1] / n
    lag = np.arange(1, reach + 1)
    taper = np.where(lag / reach <= 0.5, 1.0, 2.0 * (1.0 - lag / reach))
    slope = (2.0 * taper * lag * covariance[1:]).sum()
    long_run = covariance[0] + (2.0 * taper * covariance[1:]).sum()
    longest_block = np.ceil(min(3.0 * np.sqrt(n), n / 3.0))
    return float(max(min((slope**2 / long_run**2 * n) ** (1.0 / 3.0), longest_block), 1.0)) if long_run else 1.0


def lagged_products(values: np.ndarray, lags: int) -> np.ndarray:
    """Σ values(t)·values(t + lag) for every lag from 0 to `lags`.

    >>> lagged_products(np.array([1.0, 2.0, 3.0]), 2)
    array([14.,  8.,  3.])
    """
    behind = np.concatenate([values, np.zeros(lags)])
    return np.lib.stride_tricks.sliding_window_view(behind, len(values))[: lags + 1] @ values


def _bandwidth(centred: np.ndarray, products: np.ndarray, least: int) -> int:
    """Twice the lag after which `least` autocorrelations in a row are small."""
    n, lags = len(centred), len(products) - 1
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    later = np.arange(1, lags + 2)
    scale = np.sqrt(np.maximum(squares[-1] - squares[later], 0.0) * squares[n - later])
    size = np.abs(np.divide(products, scale, out=np.zeros(lags + 1), where=scale > 0))
    small = (size < 2.0 * np.sqrt(np.log10(n) / n)).tolist()
    for start in range(lags + 1 - least):
        if all(small[start : start + least]):
            return 2 * max(start, 1)
    return lags
