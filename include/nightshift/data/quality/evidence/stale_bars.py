"""Bars that are no news of their session: copies of the bar before, a price that nobody traded for a week, a volume out of the world."""

from __future__ import annotations

import numpy as np

from nightshift.data.quality.evidence.price_rows import PriceRows, medians

WEEK = 5  # untraded bars of one price from which the whole run goes
ABSURD, USUAL_SPREAD, ROWS_BEFORE = 1000.0, 50.0, 20  # times the usual volume, of a symbol whose largest lately was less than this times it
DAILY = 5.0  # usual moves that the price of a volume out of the world has not made


def copies(rows: PriceRows) -> tuple[np.ndarray, np.ndarray]:
    """True at bars that are the bar before again, range and volume too, and at those they repeat: one of the two is not its session's."""
    again = np.zeros(len(rows), dtype=bool)
    same = rows.symbol[1:] == rows.symbol[:-1]
    for values in (rows.opens, rows.highs, rows.lows, rows.closes, rows.volume):
        same = same & (values[1:] == values[:-1])
    again[1:] = same & (rows.volume[1:] > 0) & (rows.highs[1:] > rows.lows[1:])
    first = np.zeros(len(rows), dtype=bool)
    first[:-1] = again[1:] & ~again[:-1]
    return again, first


def frozen(rows: PriceRows) -> tuple[np.ndarray, np.ndarray]:
    """True at untraded bars at the close before, of runs of a week or more; and at the bar that makes it a week."""
    still = np.zeros(len(rows), dtype=bool)
    flat = (rows.highs == rows.lows) & (rows.volume <= 0)
    still[1:] = flat[1:] & (rows.symbol[1:] == rows.symbol[:-1]) & (rows.closes[1:] == rows.closes[:-1])
    number = np.cumsum(still)
    begun = np.maximum.accumulate(np.where(still, 0, number))
    length = np.where(still, number - begun, 0)  # of the run so far
    at_a_week = length == WEEK
    whole = still.copy()
    run = np.cumsum(~still)
    long = np.zeros(int(run.max(initial=0)) + 1, dtype=bool)
    long[run[at_a_week]] = True
    whole &= long[run]
    return whole, at_a_week


def absurd_volume(rows: PriceRows) -> np.ndarray:
    """True at bars of a thousand times the usual volume at a usual price, of a symbol that trades evenly."""
    out = np.zeros(len(rows), dtype=bool)
    place = 1 + np.flatnonzero((rows.symbol[1:] == rows.symbol[:-1]) & (rows.volume[1:] > ABSURD / USUAL_SPREAD * rows.volume[:-1]))
    place = place[rows.volume[place] > 0]
    at, there = rows.before(place, ROWS_BEFORE)
    there &= rows.volume[at] > 0
    usual = medians(rows.volume[at], there)
    largest = np.where(there, rows.volume[at], 0.0).max(axis=1, initial=0.0)
    moves = medians(np.abs(rows.whole[at]), there & np.isfinite(rows.whole[at]))
    even = (there.sum(axis=1) >= ROWS_BEFORE // 2) & (largest < USUAL_SPREAD * usual)
    out[place] = even & (rows.volume[place] >= ABSURD * usual) & (np.abs(rows.whole[place]) <= DAILY * 1.4826 * np.maximum(moves, 0.002))
    return out
