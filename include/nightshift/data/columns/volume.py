"""Volume: how much was traded against what is usual for the symbol, and on which side."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns.column import column
from nightshift.data.columns.symbol_rows import ago, along, log_volume, ratio, shared, shifted, shock, ta_lib, typical_price
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
    talib = ta_lib()

    def change(close: np.ndarray, volume: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        balance = talib.OBV(close, volume)
        return balance - shifted(balance, 20), talib.SUM(volume, 20)

    return ratio(*along(change, bars.close, bars.volume, outputs=2))


@column(warmup_sessions=19)
def vwap_distance_20(bars: Bars) -> np.ndarray:
    """Close above the volume-weighted mean price of 20 bars, as a fraction of that price; negative below it."""
    talib = ta_lib()

    def sums(typical: np.ndarray, volume: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return talib.SUM(typical * volume, 20), talib.SUM(volume, 20)

    return bars.close / ratio(*along(sums, typical_price(bars), bars.volume, outputs=2)) - 1.0


@column(warmup_sessions=14)
def money_flow_14(bars: Bars) -> np.ndarray:
    """Money flow index over 14 bars, 0 (money only leaves) to 100 (money only enters)."""
    talib = ta_lib()
    return along(lambda high, low, close, volume: talib.MFI(high, low, close, volume, 14), bars.high, bars.low, bars.close, bars.volume)


@shared
def _mean_volume_20(bars: Bars) -> np.ndarray:
    talib = ta_lib()
    return along(lambda volume: talib.SMA(volume, 20), bars.volume)
