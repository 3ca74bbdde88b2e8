"""Trend: where a price stands against its own averages, and how directed its movement is."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.along.averages import averaged, exponential, wilder, wilder_sum
from nightshift.data.columns.along.own_bars import over_bars, own_bars
from nightshift.data.columns.along.shared_work import shared
from nightshift.data.columns.along.symbol_rows import ratio
from nightshift.data.columns.along.window_sums import before, window_mean, window_slope
from nightshift.data.columns.column import column, ema_memory, wilder_memory
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
    return over_bars(lambda close: window_slope(close, 20), bars.close) / bars.close


@column(warmup_sessions=wilder_memory(14) + 70)
def adx_14(bars: Bars) -> np.ndarray:
    """Average directional index over 14 bars: strength of a trend either way, 0 to 100."""
    up, down = _directed(bars)
    apart = 100.0 * _or_nothing(np.abs(up - down), up + down)
    return own_bars(bars).laid_back(averaged(bars, apart, wilder("directed_apart", 14), first=14))


@column(warmup_sessions=wilder_memory(14))
def plus_di_14(bars: Bars) -> np.ndarray:
    """Plus directional indicator over 14 bars: strength of upward movement, 0 to 100."""
    return own_bars(bars).laid_back(_directed(bars)[0])


@column(warmup_sessions=wilder_memory(14))
def minus_di_14(bars: Bars) -> np.ndarray:
    """Minus directional indicator over 14 bars: strength of downward movement, 0 to 100."""
    return own_bars(bars).laid_back(_directed(bars)[1])


def _sma(bars: Bars, window: int) -> np.ndarray:
    return over_bars(lambda close: window_mean(close, window), bars.close)


@shared
def _sma_10(bars: Bars) -> np.ndarray:
    return _sma(bars, 10)


@shared
def _sma_50(bars: Bars) -> np.ndarray:
    return _sma(bars, 50)


def _ema_distance(bars: Bars, window: int) -> np.ndarray:
    own = own_bars(bars)
    return bars.close / own.laid_back(averaged(bars, own.packed(bars.close), exponential(f"ema_{window}", window))) - 1.0


@shared
def _directed(bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    """The directional indicators over 14 bars, up and down, on own bars: Wilder's sums of what moved, as shares of all movement."""
    own = own_bars(bars)
    high, low, close = (own.packed(values) for values in (bars.high, bars.low, bars.close))
    up, down = high - before(high, 1), before(low, 1) - low
    rose, fell = np.where((up > down) & (up > 0), up, 0.0), np.where((down > up) & (down > 0), down, 0.0)
    earlier = before(close, 1)
    ranged = np.maximum(high, earlier) - np.minimum(low, earlier)
    movements = {"up": rose, "down": fell, "range": ranged}
    sums = {name: averaged(bars, moved, wilder_sum(f"directed_{name}", 14), first=1) for name, moved in movements.items()}
    both = [100.0 * _or_nothing(sums[name], sums["range"]) for name in ("up", "down")]
    for one in both:
        one[:, :14] = np.nan  # TA-Lib shows them a bar after the sums are whole
    return both[0], both[1]


def _or_nothing(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top ÷ bottom, and 0 where nothing moved at all."""
    return np.where(bottom == 0, 0.0, ratio(top, bottom))
