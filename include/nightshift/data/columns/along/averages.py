"""Averages that never forget wholly: each value is the one before, a little nearer to today's.

What they held at the end of a stretch of sessions is all that the next stretch needs to go on, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nightshift.data.columns.along.shared_work import SharedBars
from nightshift.nouns.bars import Bars


@dataclass(frozen=True)
class Recursion:
    """next = keep × last + gain × value, begun with the mean of the first `window` values (or with what is `begun`)."""

    name: str  # under which its last values are carried from one stretch of sessions to the next
    window: int
    keep: float
    gain: float
    divisor: float  # of the sum of the first values: their number for a mean


def exponential(name: str, window: int) -> Recursion:
    """The exponential average over `window` bars, begun with their plain mean.

    >>> exponential("fast", 3)
    Recursion(name='fast', window=3, keep=0.5, gain=0.5, divisor=3.0)
    """
    return Recursion(name, window, (window - 1) / (window + 1), 2 / (window + 1), float(window))


def wilder(name: str, window: int) -> Recursion:
    """Wilder's average over `window` bars, begun with their plain mean."""
    return Recursion(name, window, (window - 1) / window, 1 / window, float(window))


def wilder_sum(name: str, window: int) -> Recursion:
    """Wilder's sum, which TA-Lib begins over one movement less than its window."""
    return Recursion(name, window - 1, (window - 1) / window, 1.0, 1.0)


def averaged(bars: Bars, own: np.ndarray, how: Recursion, first: int = 0) -> np.ndarray:
    """The recursion over own bars, (symbols, own bars); its first value looks at those from `first` on.

    Symbols with a carried value go on from it at the bar before the first new one; the others begin at their first bar.
    """
    n_rows, n_bars = own.shape
    start = np.full(n_rows, first + how.window - 1)
    at_start = _sum(own, first, how.window) / how.divisor
    carried = np.full(n_rows, np.nan)
    if isinstance(bars, SharedBars) and bars.new_from is not None:
        carried = bars.carried.get(how.name, carried)
        goes_on = np.isfinite(carried)
        start, at_start = np.where(goes_on, bars.new_from - 1, start), np.where(goes_on, carried, at_start)
    by_bar, place = own.T.copy(), np.arange(n_bars)[:, np.newaxis]
    by_bar *= how.gain
    by_bar[place <= start] = 0.0
    begun = np.flatnonzero((start >= 0) & (start < n_bars))
    by_bar[start[begun], begun] = at_start[begun]
    _run(by_bar, how.keep)
    by_bar[place < start] = np.nan
    out = np.ascontiguousarray(by_bar.T)
    if isinstance(bars, SharedBars) and bars.stops is not None:
        bars.carries[how.name] = np.stack([_held(out, count, carried) for count in bars.stops])
    return out


def _sum(own: np.ndarray, first: int, n_bars: int) -> np.ndarray:
    """One after the other, so that the last bit does not depend on how many rows there are."""
    if own.shape[1] < first + n_bars:
        return np.full(len(own), np.nan)
    total = own[:, first].copy()
    for place in range(first + 1, first + n_bars):
        total += own[:, place]
    return total


def _run(by_bar: np.ndarray, keep: float) -> None:
    """Every bar's step becomes the average there."""
    last = np.empty(by_bar.shape[1])
    for earlier, now in pairwise(by_bar):
        np.multiply(earlier, keep, out=last)
        np.add(now, last, out=now)


def _held(values: np.ndarray, count: np.ndarray, carried: np.ndarray) -> np.ndarray:
    """The value after each row's first `count` own bars; what was carried where there are none."""
    there = np.flatnonzero(count)
    out = carried.copy()
    out[there] = values[there, count[there] - 1]
    return out
