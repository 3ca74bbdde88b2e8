"""Trend: where a price stands against its own averages, and how directed its movement is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.columns.column import column, ema_memory, wilder_memory
from nightshift.columns.rows import along, ratio
from nightshift.records import Bars


@column(warmup_sessions=4)
def sma_distance_5(bars: Bars) -> np.ndarray:
    """Close above its mean of 5 bars, as a fraction of the mean; negative below it."""
    return _sma_distance(bars, 5)


@column(warmup_sessions=9)
def sma_distance_10(bars: Bars) -> np.ndarray:
    """Close above its mean of 10 bars, as a fraction of the mean; negative below it."""
    return _sma_distance(bars, 10)


@column(warmup_sessions=19)
def sma_distance_20(bars: Bars) -> np.ndarray:
    """Close above its mean of 20 bars, as a fraction of the mean; negative below it."""
    return _sma_distance(bars, 20)


@column(warmup_sessions=49)
def sma_distance_50(bars: Bars) -> np.ndarray:
    """Close above its mean of 50 bars, as a fraction of the mean; negative below it."""
    return _sma_distance(bars, 50)


@column(warmup_sessions=49)
def sma_10_over_50(bars: Bars) -> np.ndarray:
    """Mean of 10 bars above the mean of 50, as a fraction of the latter; positive after a golden cross."""
    import talib

    return along(lambda close: talib.SMA(close, 10) / talib.SMA(close, 50) - 1.0, bars.close)


@column(warmup_sessions=ema_memory(10))
def ema_distance_10(bars: Bars) -> np.ndarray:
    """Close above its exponential mean of 10 bars, as a fraction of the mean; negative below it."""
    return _ema_distance(bars, 10)


@column(warmup_sessions=ema_memory(20))
def ema_distance_20(bars: Bars) -> np.ndarray:
    """Close above its exponential mean of 20 bars, as a fraction of the mean; negative below it."""
    return _ema_distance(bars, 20)


@column(warmup_sessions=19)
def slope_20(bars: Bars) -> np.ndarray:
    """Slope of the straight line through the last 20 closes, as a fraction of the close per session."""
    import talib

    return ratio(along(lambda close: talib.LINEARREG_SLOPE(close, 20), bars.close), bars.close)


@column(warmup_sessions=wilder_memory(14) + 70)
def adx_14(bars: Bars) -> np.ndarray:
    """Average directional index over 14 bars: strength of a trend either way, 0 to 100."""
    import talib

    return _directed(bars, talib.ADX)


@column(warmup_sessions=wilder_memory(14))
def plus_di_14(bars: Bars) -> np.ndarray:
    """Plus directional indicator over 14 bars: strength of upward movement, 0 to 100."""
    import talib

    return _directed(bars, talib.PLUS_DI)


@column(warmup_sessions=wilder_memory(14))
def minus_di_14(bars: Bars) -> np.ndarray:
    """Minus directional indicator over 14 bars: strength of downward movement, 0 to 100."""
    import talib

    return _directed(bars, talib.MINUS_DI)


def _sma_distance(bars: Bars, window: int) -> np.ndarray:
    import talib

    return along(lambda close: close / talib.SMA(close, window) - 1.0, bars.close)


def _ema_distance(bars: Bars, window: int) -> np.ndarray:
    import talib

    return along(lambda close: close / talib.EMA(close, window) - 1.0, bars.close)


def _directed(bars: Bars, indicator: Callable[..., np.ndarray]) -> np.ndarray:
    return along(lambda high, low, close: indicator(high, low, close, 14), bars.high, bars.low, bars.close)
