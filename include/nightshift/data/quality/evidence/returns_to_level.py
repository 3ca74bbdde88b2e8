"""Ticks that came back: a stretch of bars that stood off the level before it, and the bar that was abruptly back at it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.data.quality.evidence.gaps import JUMP, Gaps
from nightshift.data.quality.evidence.market_moves import MarketMoves
from nightshift.data.quality.evidence.price_rows import PriceRows

LONGEST, LONGEST_SMALL = 10, 2  # bars that a stretch may have; one that moves less than JUMP, only these
NEAR = 0.22  # a logarithm from the level before: back
ABRUPT = 0.6  # of the move away that the last move must bring back
NEWS = 3.5  # deviations of turnover and volume from which a move away may be news
SMALL, OFF_USUAL, ORDINARY = 0.1, 10.0, 2.5  # a small stretch: its least gap, in usual nights, and the most turnover at both its ends


@dataclass(frozen=True, eq=False)
class _After:
    """For each gap the bars from it on, with their levels against the close before it."""

    at: np.ndarray  # (gaps, LONGEST + 1) places; the first is the gap's own
    there: np.ndarray
    closes: np.ndarray
    opens: np.ndarray


def returned(rows: PriceRows, market: MarketMoves, gaps: Gaps, is_step: np.ndarray) -> np.ndarray:
    """The place of the bar that is back at the level before each gap; -1: none is, within the longest stretch.

    A gap that is certain to be a step (`is_step`) may have been traded like anything; another one not like news.
    """
    if not len(gaps.place):
        return gaps.place
    after = _after(rows, market, gaps)
    move = np.maximum(np.abs(gaps.whole), np.abs(gaps.overnight))
    heavy = (gaps.turnover > NEWS) & (gaps.shares > NEWS)
    large = _first(_back(after, move, np.minimum(NEAR, 0.4 * move), LONGEST))
    small = _first(_back(after, move, 0.25 * move + gaps.daily, LONGEST_SMALL))
    eligible = (np.abs(gaps.whole) >= JUMP) & (is_step | ~heavy)
    found = np.where(eligible & (large > 0), large, np.where(_small(gaps, small), small, 0))
    return np.where(found > 0, gaps.place + found, -1)


def _after(rows: PriceRows, market: MarketMoves, gaps: Gaps) -> _After:
    at = gaps.place[:, np.newaxis] + np.arange(LONGEST + 1)
    there = at < rows.ends[gaps.place][:, np.newaxis]
    at = np.where(there, at, gaps.place[:, np.newaxis])
    base = rows.closes[gaps.place - 1][:, np.newaxis]
    drift = market.level[market.places(rows.day[at])] - market.level[market.places(rows.day[gaps.place - 1])][:, np.newaxis]
    return _After(at, there, np.log(rows.closes[at] / base) - drift, np.log(rows.opens[at] / base) - drift)


def _back(after: _After, move: np.ndarray, near: np.ndarray, longest: int) -> np.ndarray:
    """True at bars that are back, by a move that undoes most of the one away."""
    back = after.there & (np.abs(after.closes) <= near[:, np.newaxis])
    undone = np.zeros_like(after.closes)
    undone[:, 1:] = np.abs(after.closes[:, 1:] - after.closes[:, :-1])
    back &= undone >= ABRUPT * move[:, np.newaxis]
    back[:, 0] = False
    back[:, longest + 1 :] = False
    return back


def _first(back: np.ndarray) -> np.ndarray:
    return np.where(back.any(axis=1), back.argmax(axis=1), 0)


def _small(gaps: Gaps, bars: np.ndarray) -> np.ndarray:
    """Overnight off, overnight back, both at ordinary turnover: a bar of another day, or of nowhere."""
    size = np.abs(gaps.overnight)
    off = (size >= SMALL) & (size >= OFF_USUAL * gaps.scale) & ~(gaps.turnover > ORDINARY) & (gaps.reach >= ABRUPT)
    back_at = gaps.place + bars
    exit_gap = np.searchsorted(gaps.place, back_at)
    known = (bars > 0) & (exit_gap < len(gaps.place))
    exit_gap = np.where(known, exit_gap, 0)
    same = known & (gaps.place[exit_gap] == back_at)
    undone = gaps.overnight[exit_gap] * np.sign(-gaps.overnight) >= ABRUPT * size
    return off & same & undone & ~(gaps.turnover[exit_gap] > ORDINARY)
