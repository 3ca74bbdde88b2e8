"""Trend: where a price stands against its own averages, and how directed its movement is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.data.columns.column import column, ema_memory, wilder_memory
from nightshift.data.columns.symbol_rows import along, shared, ta_lib
from nightshift.nouns.bars import Bars


@column(warmup_sessions=4)
def sma_distance_5(bars: Bars) -> np.ndarray:
    """Close above its mean of 5 bars, as a fraction of the mean; negative below it."""
    return bars.close / _sma(bars, 5) - 1.0


@column(warmup_sessions=9)
def sma_distance_10(bars: Bars) -> np.ndarray:
    """Close above its mean of 10 bars, as a fraction of the mean; negative below it."""
    return bars.close / _sma_10(bars) - 1.0


@column(warmup_sessions=19)
def sma_distance_20(bars: Bars) -> np.ndarray:
    """Close above its mean of 20 bars, as a fraction of the mean; negative below it."""
    return bars.close / _sma(bars, 20) - 1.0


@column(warmup_sessions=49)
def sma_distance_50(bars: Bars) -> np.ndarray:
    """Close above its mean of 50 bars, as a fraction of the mean; negative below it."""
    return bars.close / _sma_50(bars) - 1.0


@column(warmup_sessions=49)
def sma_10_over_50(bars: Bars) -> np.ndarray:
    """Mean of 10 bars above the mean of 50, as a fraction of the latter; positive after a golden cross."""
    return _sma_10(bars) / _sma_50(bars) - 1.0


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
    talib = ta_lib()
    return along(lambda close: talib.LINEARREG_SLOPE(close, 20), bars.close) / bars.close


@column(warmup_sessions=wilder_memory(14) + 70)
def adx_14(bars: Bars) -> np.ndarray:
    """Average directional index over 14 bars: strength of a trend either way, 0 to 100."""
    talib = ta_lib()
    return _directed(bars, talib.ADX)


@column(warmup_sessions=wilder_memory(14))
def plus_di_14(bars: Bars) -> np.ndarray:
    """Plus directional indicator over 14 bars: strength of upward movement, 0 to 100."""
    talib = ta_lib()
    return _directed(bars, talib.PLUS_DI)


@column(warmup_sessions=wilder_memory(14))
def minus_di_14(bars: Bars) -> np.ndarray:
    """Minus directional indicator over 14 bars: strength of downward movement, 0 to 100."""
    talib = ta_lib()
    return _directed(bars, talib.MINUS_DI)


def _sma(bars: Bars, window: int) -> np.ndarray:
    talib = ta_lib()
    return along(lambda close: talib.SMA(close, window), bars.close)


@shared
def _sma_10(bars: Bars) -> np.ndarray:
    return _sma(bars, 10)


@shared
def _sma_50(bars: Bars) -> np.ndarray:
    return _sma(bars, 50)


def _ema_distance(bars: Bars, window: int) -> np.ndarray:
    talib = ta_lib()
    return bars.close / along(lambda close: talib.EMA(close, window), bars.close) - 1.0


def _directed(bars: Bars, indicator: Callable[..., np.ndarray]) -> np.ndarray:
    return along(lambda high, low, close: indicator(high, low, close, 14), bars.high, bars.low, bars.close)
