"""What columns share: lagged bars, logarithms, ratios without infinity, shocks."""

from __future__ import annotations

from functools import cache
from inspect import unwrap
from types import SimpleNamespace
from typing import TypeVar

import numpy as np

from nightshift.data.columns.along.own_bars import over_bars
from nightshift.data.columns.along.shared_work import shared
from nightshift.data.columns.along.window_sums import before, window_mean, window_std
from nightshift.nouns.bars import Bars

R = TypeVar("R")

FLAT = 1e-6  # a spread below this share of its mean is rounding, not movement


@cache
def ta_lib() -> SimpleNamespace:
    """TA-Lib's compiled functions, without the wrappers that ask after pandas and polars on every single row."""
    import talib

    return SimpleNamespace(**{name: unwrap(getattr(talib, name)) for name in talib.get_functions()})


def ago(values: np.ndarray, n_bars: int) -> np.ndarray:
    """What `values` were `n_bars` of the symbol's own bars earlier; NaN where it had fewer.

    >>> ago(np.array([[1.0, np.nan, 2.0, 3.0]]), 1)
    array([[nan, nan,  1.,  2.]])
    """
    return over_bars(lambda own: before(own, n_bars), values)


def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top ÷ bottom; NaN, never infinity, where there is nothing to divide by.

    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    return np.divide(top, bottom, out=out, where=bottom != 0)


def log(values: np.ndarray) -> np.ndarray:
    """Natural logarithm; NaN where a value is not positive (a session without a trade has no log volume)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


@shared
def log_close(bars: Bars) -> np.ndarray:
    """Logarithm of the close."""
    return log(bars.close)


@shared
def log_volume(bars: Bars) -> np.ndarray:
    """Logarithm of the volume."""
    return log(bars.volume)


@shared
def typical_price(bars: Bars) -> np.ndarray:
    """Mean of high, low and close."""
    return (bars.high + bars.low + bars.close) / 3.0


def log_return(bars: Bars, n_bars: int) -> np.ndarray:
    """log(close ÷ close `n_bars` of the symbol's own bars earlier); positive when the price rose."""
    return log_close(bars) - ago(log_close(bars), n_bars)


def shock(values: np.ndarray, window: int) -> np.ndarray:
    """How many standard deviations a value lies above the mean of the `window` bars before it (itself left out)."""

    def of_own(own: np.ndarray) -> np.ndarray:
        earlier = before(own, 1)
        mean, spread = window_mean(earlier, window), window_std(earlier, window)
        return ratio(own - mean, np.where(spread > FLAT * np.abs(mean), spread, 0.0))  # a flat past is no scale for a shock

    return over_bars(of_own, values)
