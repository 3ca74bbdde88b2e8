"""Histories of another scale: what a dividend or split does to all bars before it when a vendor adjusts them anew.

Prices times the same ratio have the same returns. So a run of bars from a symbol's first on, all of one ratio, is one event, and only
the bar after it is revised, whose return is another. Several such runs may follow each other, as several dividends do, and a few
bars that were rewritten beside that do not hide it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

FEWEST_BARS = 10  # of a run; fewer at one ratio are bars that were rewritten
TOLERANCE = 1e-3  # of a ratio within a run, beside what rounding to cents and whole shares makes of it: vendors round what they adjust
HALF_A_CENT = 0.006
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, eq=False)
class Scales:
    """Which of the compared bars are only of another scale, and the runs that they lie in, by places among the compared."""

    explained: np.ndarray  # bool
    first: np.ndarray
    stop: np.ndarray
    ratio: np.ndarray


def scales_of(old: Mapping[str, np.ndarray], new: Mapping[str, np.ndarray], symbol: np.ndarray, same: np.ndarray) -> Scales:
    """The runs of another scale among compared bars, which lie sorted by symbol and session.

    >>> old = {name: np.full(12, 100.0) for name in (*PRICES, "volume")}
    >>> new = {name: np.append(np.full(10, 50.0), [100.0, 100.0]) for name in old}
    >>> found = scales_of(old, new, np.zeros(12), np.arange(12) > 9)
    >>> int(found.explained.sum()), found.first.tolist(), found.stop.tolist(), found.ratio.round(9).tolist()
    (10, [0], [10], [0.5])
    """
    explained, nothing = np.zeros(len(symbol), dtype=bool), np.zeros(0, dtype=np.int64)
    if same.all():
        return Scales(explained, nothing, nothing, np.zeros(0))
    slack = _slack(old["close"], new["close"])
    level = _level(old, new, same, slack)
    first = np.flatnonzero(_begins(level, symbol, slack))
    stop = np.append(first[1:], len(level))
    is_long, is_unchanged = stop - first >= FEWEST_BARS, level[first] == 0.0
    middle = np.where(is_long & is_unchanged, 0.0, np.nan)
    for run in np.flatnonzero(is_long & ~is_unchanged):
        middle[run] = np.median(level[first[run] : stop[run]])
    chosen = _from_the_start(symbol[first], middle)
    for a, b, its in zip(first[chosen], stop[chosen], middle[chosen], strict=True):
        goes_along = _volume_goes_along(old["volume"][a:b], new["volume"][a:b])
        explained[a:b] = ~same[a:b] & (np.abs(level[a:b] - its) <= slack[a:b]) & goes_along
    return Scales(explained, first[chosen], stop[chosen], np.exp(middle[chosen]))


def _slack(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """By how much the logarithm of a ratio may be off, for a bar of these closes."""
    with np.errstate(invalid="ignore", divide="ignore"):
        slack: np.ndarray = TOLERANCE + HALF_A_CENT / np.minimum(old, new)
    return slack


def _level(old: Mapping[str, np.ndarray], new: Mapping[str, np.ndarray], same: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """The logarithm of a bar's one ratio: 0 where its prices are what they were, NaN where they moved apart."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        logs = np.log(np.array([new[name] / old[name] for name in PRICES]))
        level = np.where(np.ptp(logs, axis=0) <= slack, logs[-1], np.nan)
    level[~np.isfinite(level)] = np.nan
    level[same | (np.abs(level) <= 1e-9)] = 0.0
    return level


def _begins(level: np.ndarray, symbol: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """True where a run begins: another symbol, or another ratio than the bar before."""
    begins = np.ones(len(level), dtype=bool)
    with np.errstate(invalid="ignore"):
        alike = np.abs(level[1:] - level[:-1]) <= np.maximum(slack[1:], slack[:-1])
    begins[1:] = (symbol[1:] != symbol[:-1]) | ~alike | ((level[1:] == 0.0) != (level[:-1] == 0.0))
    return begins


def _from_the_start(symbol: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Places of the runs of another scale that no run of the old scale lies before: a block inside a history was rewritten."""
    unchanged = np.cumsum(middle == 0.0)
    starts = np.append(True, symbol[1:] != symbol[:-1])
    place = np.maximum.accumulate(np.where(starts, np.arange(len(symbol)), 0))
    before = unchanged[place] - (middle[place] == 0.0)
    return np.flatnonzero(np.isfinite(middle) & (middle != 0.0) & (unchanged == before))


def _volume_goes_along(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """True where a bar's volume has the run's ratio too, to a share, or is none in both."""
    traded = (old > 0) & (new > 0)
    usual = float(np.median(new[traded] / old[traded])) if traded.any() else 1.0
    off: np.ndarray = np.abs(new - usual * old) <= TOLERANCE * usual * old + max(usual, 1.0)
    return off | (np.isnan(old) & np.isnan(new))
