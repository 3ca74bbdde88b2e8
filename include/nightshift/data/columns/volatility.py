"""Volatility: how much a price moves, always as a fraction of the price, so that symbols and adjustments compare."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.along.averages import averaged, wilder
from nightshift.data.columns.along.own_bars import along, over_bars, own_bars
from nightshift.data.columns.along.shared_work import shared
from nightshift.data.columns.along.symbol_rows import FLAT, log, log_return, ratio, shock, ta_lib
from nightshift.data.columns.along.window_sums import before, window_mean, window_std
from nightshift.data.columns.column import column, wilder_memory
from nightshift.nouns.bars import Bars


@column(warmup_sessions=1)
def true_range(bars: Bars) -> np.ndarray:
    """The session's range, extended to the previous close, as a fraction of the close."""
    talib = ta_lib()
    return along(talib.TRANGE, bars.high, bars.low, bars.close) / bars.close


@column(warmup_sessions=60)
def log_range_shock_60(bars: Bars) -> np.ndarray:
    """Standard deviations of this session's log range above the mean of the 60 bars before it; negative when quiet."""
    return shock(log((bars.high - bars.low) / bars.close), 60)


@column(warmup_sessions=wilder_memory(5))
def atr_5(bars: Bars) -> np.ndarray:
    """Average true range over 5 bars (Wilder) as a fraction of the close."""
    return _atr(bars, 5)


@column(warmup_sessions=wilder_memory(14))
def atr_14(bars: Bars) -> np.ndarray:
    """Average true range over 14 bars (Wilder) as a fraction of the close."""
    return _atr(bars, 14)


@column(warmup_sessions=19)
def bollinger_upper_20(bars: Bars) -> np.ndarray:
    """Upper Bollinger band (20 bars, 2 deviations) above the close, as a fraction of the close; negative after a break-out."""
    upper, _, _ = _bollinger(bars)
    return upper / bars.close - 1.0


@column(warmup_sessions=19)
def bollinger_lower_20(bars: Bars) -> np.ndarray:
    """Lower Bollinger band (20 bars, 2 deviations) below the close, as a fraction of the close; negative after a break-down."""
    _, _, lower = _bollinger(bars)
    return 1.0 - lower / bars.close


@column(warmup_sessions=19)
def bollinger_percent_b_20(bars: Bars) -> np.ndarray:
    """Where the close lies between the Bollinger bands: 0 at the lower, 1 at the upper; NaN while the price is flat."""
    upper, middle, lower = _bollinger(bars)
    width = upper - lower
    return ratio(bars.close - lower, np.where(width > FLAT * middle, width, 0.0))


@column(warmup_sessions=19)
def bollinger_width_20(bars: Bars) -> np.ndarray:
    """Distance between the Bollinger bands as a fraction of their middle."""
    upper, middle, lower = _bollinger(bars)
    return (upper - lower) / middle


@column(warmup_sessions=5)
def return_std_5(bars: Bars) -> np.ndarray:
    """Standard deviation of the last 5 log returns (population), per session."""
    return _return_std(bars, 5)


@column(warmup_sessions=20)
@shared
def return_std_20(bars: Bars) -> np.ndarray:
    """Standard deviation of the last 20 log returns (population), per session."""
    return _return_std(bars, 20)


@column(warmup_sessions=60)
def return_std_60(bars: Bars) -> np.ndarray:
    """Standard deviation of the last 60 log returns (population), per session."""
    return _return_std(bars, 60)


def _atr(bars: Bars, window: int) -> np.ndarray:
    own = own_bars(bars)
    high, low, earlier = own.packed(bars.high), own.packed(bars.low), before(own.packed(bars.close), 1)
    ranged = np.maximum(high, earlier) - np.minimum(low, earlier)
    return own.laid_back(averaged(bars, ranged, wilder(f"range_{window}", window), first=1)) / bars.close


@shared
def _bollinger(bars: Bars) -> np.ndarray:
    middle, spread = (over_bars(lambda own, of=of: of(own, 20), bars.close) for of in (window_mean, window_std))
    return np.stack([middle + 2.0 * spread, middle, middle - 2.0 * spread])


@shared
def _log_return_1(bars: Bars) -> np.ndarray:
    return log_return(bars, 1)


def _return_std(bars: Bars, window: int) -> np.ndarray:
    return over_bars(lambda returns: window_std(returns, window), _log_return_1(bars))
