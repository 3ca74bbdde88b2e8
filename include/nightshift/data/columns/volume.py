"""Volume: how much was traded against what is usual for the symbol, and on which side."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.along.own_bars import over_bars
from nightshift.data.columns.along.shared_work import shared
from nightshift.data.columns.along.symbol_rows import ago, log_volume, ratio, shock, typical_price
from nightshift.data.columns.along.window_sums import before, window_mean, window_sum
from nightshift.data.columns.column import column
from nightshift.nouns.bars import Bars


@column(warmup_sessions=19)
@shared
def volume_ratio_20(bars: Bars) -> np.ndarray:
    """Volume ÷ its mean over 20 bars (this one included); above 1 on a busy session."""
    return ratio(bars.volume, _mean_volume_20(bars))


@column(warmup_sessions=20)
def volume_shock_20(bars: Bars) -> np.ndarray:
    """Standard deviations of this session's volume above the mean of the 20 bars before it."""
    return shock(bars.volume, 20)


@column(warmup_sessions=60)
def log_volume_shock_60(bars: Bars) -> np.ndarray:
    """Standard deviations of this session's log volume above the mean of the 60 bars before it."""
    return shock(log_volume(bars), 60)


@column(warmup_sessions=1)
def log_volume_change_1(bars: Bars) -> np.ndarray:
    """log(volume ÷ volume of the bar before); positive when trading picked up."""
    return log_volume(bars) - ago(log_volume(bars), 1)


@column(warmup_sessions=20)
def obv_change_20(bars: Bars) -> np.ndarray:
    """Change of on-balance volume over 20 bars ÷ the volume of these 20: −1 (traded only on falls) to 1 (only on rises)."""

    def change(close: np.ndarray, volume: np.ndarray) -> np.ndarray:
        signed = np.sign(close - before(close, 1)) * volume
        return ratio(window_sum(signed, 20), window_sum(volume, 20))

    return over_bars(change, bars.close, bars.volume)


@column(warmup_sessions=19)
def vwap_distance_20(bars: Bars) -> np.ndarray:
    """Close above the volume-weighted mean price of 20 bars, as a fraction of that price; negative below it."""

    def mean(typical: np.ndarray, volume: np.ndarray) -> np.ndarray:
        return ratio(window_sum(typical * volume, 20), window_sum(volume, 20))

    return bars.close / over_bars(mean, typical_price(bars), bars.volume) - 1.0


@column(warmup_sessions=14)
def money_flow_14(bars: Bars) -> np.ndarray:
    """Money flow index over 14 bars, 0 (money only leaves) to 100 (money only enters)."""

    def index(typical: np.ndarray, volume: np.ndarray) -> np.ndarray:
        earlier, flow = before(typical, 1), typical * volume
        first = np.where(np.isfinite(earlier), 0.0, np.nan)
        rose, fell = np.where(typical > earlier, flow, first), np.where(typical < earlier, flow, first)
        enters, leaves = window_sum(rose, 14), window_sum(fell, 14)
        flows = enters + leaves
        return np.where(flows < 1.0, 0.0, 100.0 * ratio(enters, flows))  # as TA-Lib where next to nothing is traded

    return over_bars(index, typical_price(bars), bars.volume)


@shared
def _mean_volume_20(bars: Bars) -> np.ndarray:
    return over_bars(lambda volume: window_mean(volume, 20), bars.volume)
