"""Which of a country's limits to a day's move the bars keep: one calendar may be that of several boards with other limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

# HOSE ±7 %, HNX ±10 %, UPCoM ±15 %, each less what a price step rounds off. India's bands are each share's own: the template's stays.
BANDS = {"vietnam": (0.069, 0.099, 0.149)}
BEYOND_FRACTION = 0.001  # of the moves that may lie beyond a band: days without a limit, and what nobody adjusted for
ROUNDED = 0.004  # a move at the limit of 7 % is up to 7.3 % of a price of few steps


def band_kept(template: str, bars: pa.Table) -> float | None:
    """The narrowest band that bars of this template's market keep, the widest if none; none where it has but one."""
    if template not in BANDS:
        return None
    close = bars["close"].to_numpy() * bars["adj_factor"].to_numpy()
    symbol = bars["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore", divide="ignore"):
        move = np.abs(close[1:] / close[:-1] - 1)[symbol[1:] == symbol[:-1]]
    move = move[np.isfinite(move)]
    kept = (band for band in BANDS[template] if len(move) and (move > band + ROUNDED).mean() <= BEYOND_FRACTION)
    return next(kept, BANDS[template][-1])
