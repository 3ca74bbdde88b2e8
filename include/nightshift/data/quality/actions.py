"""Moves that are not the market's: splits, bonuses and spin-offs that nobody adjusted for, and ticks that came back.

A corporate action shows overnight, at ordinary turnover, and stays; news that moves a price as far is traded heavily or within
the day. That is what separates the two here: no list of known events is used.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

MIN_ACTION = math.log(1.25)  # smaller overnight moves are ordinary news
CERTAIN_ACTION = math.log(1.6)  # at ordinary turnover, needs no simple ratio: spin-offs have none
RATIO_TOLERANCE = 0.04  # how far, in logarithms, an overnight move may be from a simple ratio
ORDINARY_TURNOVER = 5.0  # times the median of the sessions before: news that moves a price by a quarter is traded more
CERTAIN_TURNOVER = 10.0  # and news that takes a third of it, more still
STAYS = 0.6  # share of the move that is still there after a week
SIMPLE_RATIOS = np.log(
    [3 / 4, 2 / 3, 3 / 5, 1 / 2, 2 / 5, 1 / 3, 1 / 4, 1 / 5, 1 / 6, 1 / 8, 1 / 10, 1 / 15, 1 / 20, 1 / 25, 1 / 50, 1 / 100]
)

SPIKE = math.log(1.8)
SPIKE_SESSIONS = 10
SPIKE_RESIDUE = math.log(1.25)


def suspected_actions(symbol: np.ndarray, opens: np.ndarray, closes: np.ndarray, volume: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that open at an unadjusted ratio to the close before: their places, and the ratios.

    Rows are sorted by symbol, then session; prices are positive and adjusted as far as the source says.

    >>> closes = np.array([100.0] * 30 + [50.0] * 10)
    >>> place, ratio = suspected_actions(np.zeros(40), closes, closes, np.full(40, 1e6))
    >>> place.tolist(), ratio.tolist()
    ([30], [0.5])
    """
    if len(symbol) < 2:
        return np.array([], dtype=np.int64), np.array([])
    overnight = np.zeros(len(symbol))
    overnight[1:] = np.where(symbol[1:] == symbol[:-1], np.log(opens[1:] / closes[:-1]), 0.0)
    at = np.flatnonzero(np.abs(overnight) >= MIN_ACTION)
    move = overnight[at]
    simple = np.abs(np.abs(move)[:, None] + SIMPLE_RATIOS[None, :]).min(axis=1, initial=np.inf) <= RATIO_TOLERANCE
    turnover = closes * volume
    usual = _median_around(symbol, turnover, at, range(-20, 0))
    certain = np.abs(move) >= CERTAIN_ACTION
    busy = turnover[at] > np.where(certain, CERTAIN_TURNOVER, ORDINARY_TURNOVER) * usual
    ordinary = ~(busy & (usual > 0))  # without a past to compare with, the ratio decides
    later = _median_around(symbol, closes, at, range(6))
    stays = np.log(later / closes[at - 1]) / move >= STAYS
    suspect = stays & ordinary & (simple | certain)
    return at[suspect], np.exp(move[suspect])


def unwound_spikes(symbol: np.ndarray, closes: np.ndarray) -> np.ndarray:
    """Rows of a jump that was undone within ten sessions: pence for pounds, a slipped digit, a split applied to one day.

    >>> unwound_spikes(np.zeros(6), np.array([10.0, 10.1, 0.1, 0.1, 10.0, 10.2])).tolist()
    [2, 3]
    """
    if len(symbol) < 2:
        return np.array([], dtype=np.int64)
    move = np.where(symbol[1:] == symbol[:-1], np.log(closes[1:] / closes[:-1]), 0.0)
    jumps = np.flatnonzero(np.abs(move) >= SPIKE)
    bad: list[np.ndarray] = []
    used = np.int64(-1)
    for there, back in pairwise(jumps):
        near = symbol[there] == symbol[back + 1] and back - there <= SPIKE_SESSIONS
        if there > used and near and move[there] * move[back] < 0 and abs(np.log(closes[back + 1] / closes[there])) <= SPIKE_RESIDUE:
            bad.append(np.arange(there + 1, back + 1))
            used = np.int64(back)
    return np.concatenate(bad) if bad else np.array([], dtype=np.int64)


def _median_around(symbol: np.ndarray, values: np.ndarray, at: np.ndarray, offsets: range) -> np.ndarray:
    """The median of each place's neighbours of the same symbol; NaN where it has none."""
    places = at[:, None] + np.arange(offsets.start, offsets.stop)[None, :]
    inside = (places >= 0) & (places < len(symbol))
    places = np.clip(places, 0, len(symbol) - 1)
    inside &= symbol[places] == symbol[at][:, None]
    around = np.where(inside, values[places], np.nan)
    out = np.full(len(at), np.nan)
    known = inside.any(axis=1)
    out[known] = np.nanmedian(around[known], axis=1)
    return out
