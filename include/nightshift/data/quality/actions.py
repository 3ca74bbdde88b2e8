"""Moves that may not be the market's: splits, bonuses and spin-offs that nobody adjusted for, and ticks that come back.

A corporate action shows overnight, at ordinary turnover, and stays; a wrong tick comes back; news that moves a price as far is
traded heavily. Whether a move stays or comes back is known only later, so each bar is judged once, on its own night, by what was
known then: a bar that stands off the last level believed, without the turnover of news, is not believed. It is believed again as
soon as it is back, and anew when it has stayed away for long enough. No list of known events is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

MIN_ACTION = math.log(1.25)  # smaller overnight moves are ordinary news
CERTAIN_ACTION = math.log(1.6)  # at ordinary turnover, needs no simple ratio: spin-offs have none
RATIO_TOLERANCE = 0.04  # how far, in logarithms, an overnight move may be from a simple ratio
ORDINARY_TURNOVER = 5.0  # times the median of the sessions before: news that moves a price by a quarter is traded more
CERTAIN_TURNOVER = 10.0  # and news that takes a third of it, more still
ORDINARY_SHARES = 3.0  # times the median: a price in pence multiplies the turnover, but not the shares
STAYS = 0.6  # share of the move that is still there after a week
SIMPLE_RATIOS = np.log(
    [3 / 4, 2 / 3, 3 / 5, 1 / 2, 2 / 5, 1 / 3, 1 / 4, 1 / 5, 1 / 6, 1 / 8, 1 / 10, 1 / 15, 1 / 20, 1 / 25, 1 / 50, 1 / 100]
)
WEEK = range(6)  # bars from the move on by which one asks whether it stays

JUMP = math.log(1.8)
DOUBTED_BARS = 10  # a jump is doubted this long: pence for pounds are mended by then
DOUBTED_BARS_OF_AN_ACTION = len(WEEK) - 1  # a smaller move at a ratio, until a week has shown that it stays
BACK = math.log(1.25)  # nearer than this to the level believed, and with most of the move undone, a bar is believed again
BARS_BEFORE = 20


class Doubt(NamedTuple):
    """Bars of one symbol that were not believed, and what they turned out to be. Places are those of the rows asked about."""

    first: int
    stop: int  # the first bar believed again; past the symbol's last bar while that is not known
    ratio: float  # of an action: the open against the close before; NaN: none, or not known yet

    @property
    def stayed(self) -> bool:
        """True for an action; the history before it is of another scale."""
        return not math.isnan(self.ratio)


@dataclass(frozen=True, eq=False)
class Prices:
    """Rows sorted by symbol, then session; prices are positive and adjusted as far as the source says."""

    symbol: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    volume: np.ndarray


def doubts(prices: Prices) -> list[Doubt]:
    """Every stretch of bars that could not be believed on its own night; a bar's own part in it depends on no later bar.

    >>> def of(closes):
    ...     return doubts(Prices(np.zeros(len(closes)), np.array(closes), np.array(closes), np.full(len(closes), 1e6)))
    >>> of([10.0, 10.1, 0.1, 0.1, 10.0, 10.2])
    [Doubt(first=2, stop=4, ratio=nan)]
    >>> of([100.0] * 30 + [50.0] * 20)
    [Doubt(first=30, stop=40, ratio=0.5)]
    """
    judged = []
    stop = 0
    for place in _moved(prices):
        if place > stop:  # the bar believed again is not compared with a doubted one
            doubt = _doubt(prices, place, stop)
            if doubt:
                judged.append(doubt)
                stop = doubt.stop
    return judged


def _moved(prices: Prices) -> Iterator[int]:
    """Places that moved far enough against the bar before to be looked at, whatever was believed."""
    same = prices.symbol[1:] == prices.symbol[:-1]
    overnight = np.where(same, np.log(prices.opens[1:] / prices.closes[:-1]), 0.0)
    whole = np.where(same, np.log(prices.closes[1:] / prices.closes[:-1]), 0.0)
    return iter((np.flatnonzero((np.abs(overnight) >= MIN_ACTION) | (np.abs(whole) >= JUMP)) + 1).tolist())


def _doubt(prices: Prices, place: int, believed_from: int) -> Doubt | None:
    """The doubt that begins at this bar, or none: what it is against the bar before, at the turnover of that session."""
    level = float(prices.closes[place - 1])
    overnight, whole = math.log(prices.opens[place] / level), math.log(prices.closes[place] / level)
    looks_like_action = _at_a_ratio(overnight)
    far = abs(whole) >= JUMP
    if not (far or looks_like_action) or _is_news(prices, place, max(abs(overnight), abs(whole)), believed_from):
        return None
    end = place + int(np.searchsorted(prices.symbol[place : place + DOUBTED_BARS + 1], prices.symbol[place], side="right"))
    longest = DOUBTED_BARS if far else DOUBTED_BARS_OF_AN_ACTION
    away = np.abs(np.log(prices.closes[place:end] / level)) > min(BACK, (1 - STAYS) * max(abs(overnight), abs(whole)))
    away[:1] = True  # what opened at a ratio is doubted, wherever it closed
    back = place + int((~away).argmax()) if not away.all() else end
    if back < min(place + longest + 1, end):
        return Doubt(place, back, math.nan)
    if end <= place + longest:  # its end is not known tonight
        return Doubt(place, _end_of(prices.symbol, place), math.nan)
    later = float(np.median(prices.closes[place : place + len(WEEK)]))
    acted = looks_like_action and math.log(later / level) / overnight >= STAYS
    return Doubt(place, place + longest, float(prices.opens[place]) / level if acted else math.nan)


def _at_a_ratio(overnight: float) -> bool:
    simple = np.abs(abs(overnight) + SIMPLE_RATIOS).min() <= RATIO_TOLERANCE
    return abs(overnight) >= MIN_ACTION and bool(simple or abs(overnight) >= CERTAIN_ACTION)


def _is_news(prices: Prices, place: int, move: float, believed_from: int) -> bool:
    """Traded as only news is; without a past to compare with, it is not known to be."""
    first = int(np.searchsorted(prices.symbol, prices.symbol[place], side="left"))
    before = slice(max(place - BARS_BEFORE, first, believed_from), place)
    volume, turnover = prices.volume[before], prices.volume[before] * prices.closes[before]
    usual = float(np.median(turnover)) if len(turnover) else 0.0
    if usual <= 0:
        return False
    least = CERTAIN_TURNOVER if move >= CERTAIN_ACTION else ORDINARY_TURNOVER
    heavily = prices.volume[place] * prices.closes[place] > least * usual
    return bool(heavily and prices.volume[place] > ORDINARY_SHARES * np.median(volume))


def _end_of(symbol: np.ndarray, place: int) -> int:
    return int(np.searchsorted(symbol, symbol[place], side="right"))
