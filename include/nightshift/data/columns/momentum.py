"""Momentum: how far and how steadily a price has moved. Oscillators keep TA-Lib's scale; MACD is a fraction of the close."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.along.averages import averaged, exponential, wilder
from nightshift.data.columns.along.own_bars import along, over_bars, own_bars
from nightshift.data.columns.along.shared_work import shared
from nightshift.data.columns.along.symbol_rows import ratio, ta_lib
from nightshift.data.columns.along.window_sums import before, window_mean
from nightshift.data.columns.column import column, ema_memory, wilder_memory
from nightshift.nouns.bars import Bars


@column(warmup_sessions=wilder_memory(2))
def rsi_2(bars: Bars) -> np.ndarray:
    """Relative strength index over 2 bars, 0 (only falls) to 100 (only rises)."""
    return _rsi(bars, 2)


@column(warmup_sessions=wilder_memory(7))
def rsi_7(bars: Bars) -> np.ndarray:
    """Relative strength index over 7 bars, 0 (only falls) to 100 (only rises)."""
    return _rsi(bars, 7)


@column(warmup_sessions=wilder_memory(14))
def rsi_14(bars: Bars) -> np.ndarray:
    """Relative strength index over 14 bars, 0 (only falls) to 100 (only rises)."""
    return _rsi(bars, 14)


@column(warmup_sessions=ema_memory(26) + 34)
def macd_line(bars: Bars) -> np.ndarray:
    """Average over 12 bars minus average over 26 (exponential), as a fraction of the close; positive in a rise."""
    return _macd(bars)[0] / bars.close


@column(warmup_sessions=ema_memory(26) + 34)
def macd_signal(bars: Bars) -> np.ndarray:
    """Exponential average over 9 bars of the MACD line, as a fraction of the close."""
    return _macd(bars)[1] / bars.close


@column(warmup_sessions=ema_memory(26) + 34)
def macd_histogram(bars: Bars) -> np.ndarray:
    """MACD line minus its signal, as a fraction of the close; positive while momentum grows."""
    return _macd(bars)[2] / bars.close


@column(warmup_sessions=17)
def stochastic_k_14(bars: Bars) -> np.ndarray:
    """Where the close lies in the range of 14 bars, smoothed over 3: 0 (at the low) to 100 (at the high)."""
    return _stochastic(bars)[0]


@column(warmup_sessions=17)
def stochastic_d_14(bars: Bars) -> np.ndarray:
    """Mean over 3 bars of the stochastic %K, 0 to 100."""
    return _stochastic(bars)[1]


@column(warmup_sessions=12)
def roc_12(bars: Bars) -> np.ndarray:
    """Rate of change over 12 bars in percent; positive when the price rose."""
    return _roc(bars, 12)


@column(warmup_sessions=60)
def roc_60(bars: Bars) -> np.ndarray:
    """Rate of change over 60 bars in percent; positive when the price rose."""
    return _roc(bars, 60)


def _rsi(bars: Bars, window: int) -> np.ndarray:
    own = own_bars(bars)
    moves = own.packed(bars.close)
    moves = moves - before(moves, 1)
    rises = averaged(bars, np.maximum(moves, 0.0), wilder(f"rise_{window}", window), first=1)
    falls = averaged(bars, np.maximum(-moves, 0.0), wilder(f"fall_{window}", window), first=1)
    moved = rises + falls
    return own.laid_back(np.where(moved == 0, 0.0, 100.0 * ratio(rises, moved)))


def _roc(bars: Bars, window: int) -> np.ndarray:
    talib = ta_lib()
    return along(lambda close: talib.ROC(close, window), bars.close)


@shared
def _macd(bars: Bars) -> np.ndarray:
    """Line, signal and histogram; the shorter average begins as late as the longer one, and all are shown once the signal is."""
    own = own_bars(bars)
    close = own.packed(bars.close)
    line = averaged(bars, close, exponential("macd_fast", 12), first=14) - averaged(bars, close, exponential("macd_slow", 26))
    signal = averaged(bars, line, exponential("macd_signal", 9), first=25)
    line = np.where(np.isfinite(signal), line, np.nan)
    return np.stack([own.laid_back(part) for part in (line, signal, line - signal)])


@shared
def _stochastic(bars: Bars) -> np.ndarray:
    """%K and %D; %K is shown once %D is."""
    talib = ta_lib()
    fast = along(lambda *hlc: talib.STOCHF(*hlc, fastk_period=14, fastd_period=1)[0], bars.high, bars.low, bars.close)
    k = over_bars(lambda own: window_mean(own, 3), fast)
    d = over_bars(lambda own: window_mean(own, 3), k)
    return np.stack([np.where(np.isfinite(d), k, np.nan), d])
