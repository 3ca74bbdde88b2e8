"""Columns of the last sessions alone, to the last bit what they would be on the whole history.

A window looks at a few bars before a row, and an average goes on from what it held: a stretch of sessions needs as many earlier
bars of every symbol as the longest window, and the averages' values at the end of the stretch before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nightshift.data.columns.along.shared_work import SharedBars
from nightshift.data.columns.column import Column
from nightshift.data.columns.every_column import compute
from nightshift.nouns.bars import Bars

WINDOW_BARS = 61  # own bars before a stretch: no window, and no beginning of an average, looks at more
COUNT = "own_bars"  # carried beside the averages: how many bars a symbol has had


@dataclass(frozen=True, eq=False)
class Made:
    """Columns of a stretch, and what the averages hold at the end of each of its blocks."""

    values: np.ndarray  # float32 (symbols, sessions of the stretch, columns)
    carries: list[dict[str, np.ndarray]]  # a block each: by average and symbol


def reaches_back(bars: Bars, n_new: int, carried: dict[str, np.ndarray]) -> bool:
    """Whether these bars, of which the last `n_new` sessions are new, hold enough before them; else more are needed.

    Counted where a bar was traded and had a range, because a bar without has no logarithm; a symbol without a new bar needs none.
    """
    earlier, needed = bars.first(len(bars.sessions) - n_new), bars.present[:, len(bars.sessions) - n_new :].any(axis=1)
    own = earlier.present
    whole = own.sum(axis=1) >= carried[COUNT]
    traded, ranged = own & (earlier.volume > 0), own & (earlier.high > earlier.low)
    enough = np.minimum(traded.sum(axis=1), ranged.sum(axis=1)) >= WINDOW_BARS
    return bool((whole | enough | ~needed).all()) and bool(earlier.sessions.size or not carried[COUNT].any())


def go_on(bars: Bars, columns: Sequence[Column], stops: Sequence[int], carried: dict[str, np.ndarray], n_new: int) -> Made:
    """The columns of the last `n_new` sessions; `stops` are how many of them each block ends after."""
    present, n_before = bars.present, len(bars.sessions) - n_new
    new_from = present[:, :n_before].sum(axis=1)
    counts = np.stack([present[:, : n_before + stop].sum(axis=1) for stop in stops])
    young = carried[COUNT] < WINDOW_BARS  # an average of an average may not have begun: all of them begin again
    begun = {name: np.where(young, np.nan, held) for name, held in carried.items()}
    arrays = bars.arrays_at(slice(None))
    shared = SharedBars(bars.symbols, bars.sessions, **arrays, new_from=new_from, carried=begun, stops=counts)
    values = compute(shared, columns)[:, n_before:]
    had = carried[COUNT] - new_from
    by_stop = [{name: held[stop] for name, held in shared.carries.items()} for stop in range(len(stops))]
    return Made(values, [{**held, COUNT: had + counts[stop]} for stop, held in enumerate(by_stop)])


def nothing_before(n_symbols: int) -> dict[str, np.ndarray]:
    """What is carried into the first session there is."""
    return {COUNT: np.zeros(n_symbols)}
