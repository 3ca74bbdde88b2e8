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
    covariance = np.array([centred[lag:] @ centred[: n - lag] for lag in range(lags + 1)]) / n
    reach = min(_bandwidth(centred, lags, least), lags)
    lag = np.arange(1, reach + 1)
    taper = np.where(lag / reach <= 0.5, 1.0, 2.0 * (1.0 - lag / reach))
    slope = (2.0 * taper * lag * covariance[1 : reach + 1]).sum()
    long_run = covariance[0] + (2.0 * taper * covariance[1 : reach + 1]).sum()
    longest_block = np.ceil(min(3.0 * np.sqrt(n), n / 3.0))
    return float(max(min((slope**2 / long_run**2 * n) ** (1.0 / 3.0), longest_block), 1.0)) if long_run else 1.0


def _bandwidth(centred: np.ndarray, lags: int, least: int) -> int:
    """Twice the lag after which `least` autocorrelations in a row are small."""
    n = len(centred)
    bound = 2.0 * np.sqrt(np.log10(n) / n)
    size = np.array([np.abs(_cross(centred, lag)) for lag in range(lags + 1)])
    for start in range(lags + 1 - least):
        if (size[start : start + least] < bound).all():
            return 2 * max(start, 1)
    return lags


def _cross(centred: np.ndarray, lag: int) -> float:
    ahead, behind = centred[lag + 1 :], centred[: len(centred) - lag - 1]
    scale = np.sqrt((ahead @ ahead) * (behind @ behind))
    return float(centred[lag:] @ centred[: len(centred) - lag] / scale) if scale else 0.0
