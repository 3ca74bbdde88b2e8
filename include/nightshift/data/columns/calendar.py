"""Calendar: what the date alone says, and is known by everyone at the close."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.column import column
from nightshift.nouns.bars import Bars


@column(warmup_sessions=0)
def weekday(bars: Bars) -> np.ndarray:
    """Day of the week, 0 = Monday."""
    return _on_bars(bars, (bars.sessions.astype(np.int64) + 3) % 7)  # 1970-01-01 was a Thursday


@column(warmup_sessions=0)
def month(bars: Bars) -> np.ndarray:
    """Month of the year, 1 = January."""
    return _on_bars(bars, bars.sessions.astype("datetime64[M]").astype(np.int64) % 12 + 1)


@column(warmup_sessions=1)
def days_since_previous_session(bars: Bars) -> np.ndarray:
    """Calendar days since the market's previous session: 1 mid-week, 3 after a weekend, more after a holiday."""
    days = np.full(len(bars.sessions), np.nan)
    days[1:] = np.diff(bars.sessions).astype(np.int64)
    return _on_bars(bars, days)


def _on_bars(bars: Bars, per_session: np.ndarray) -> np.ndarray:
    return np.where(bars.present, per_session.astype(np.float64), np.nan)
