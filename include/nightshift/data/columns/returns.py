"""Returns: what the price did over the last bars and within the session."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.along.symbol_rows import ago, log_close, log_return, ratio
from nightshift.data.columns.along.symbol_rows import log as natural_log
from nightshift.data.columns.column import column
from nightshift.nouns.bars import Bars


@column(warmup_sessions=1)
def log_return_1(bars: Bars) -> np.ndarray:
    """Log return over 1 bar; positive when the price rose."""
    return log_return(bars, 1)


@column(warmup_sessions=5)
def log_return_5(bars: Bars) -> np.ndarray:
    """Log return over 5 bars; positive when the price rose."""
    return log_return(bars, 5)


@column(warmup_sessions=10)
def log_return_10(bars: Bars) -> np.ndarray:
    """Log return over 10 bars; positive when the price rose."""
    return log_return(bars, 10)


@column(warmup_sessions=20)
def log_return_20(bars: Bars) -> np.ndarray:
    """Log return over 20 bars; positive when the price rose."""
    return log_return(bars, 20)


@column(warmup_sessions=0)
def log_return_open_to_close(bars: Bars) -> np.ndarray:
    """Log return from the session's open to its close; positive when it rose during the session."""
    return log_close(bars) - natural_log(bars.open)


@column(warmup_sessions=1)
def overnight_gap(bars: Bars) -> np.ndarray:
    """Open ÷ previous close − 1; positive when it opened higher."""
    return bars.open / ago(bars.close, 1) - 1.0


@column(warmup_sessions=0)
def intraday_range(bars: Bars) -> np.ndarray:
    """High minus low as a fraction of the close."""
    return (bars.high - bars.low) / bars.close


@column(warmup_sessions=0)
def close_location(bars: Bars) -> np.ndarray:
    """Where the close lies in the session's range: 0 at the low, 1 at the high, 0.5 when there was no range."""
    span = bars.high - bars.low
    location = ratio(bars.close - bars.low, span)
    return np.where(span == 0, 0.5, location)
