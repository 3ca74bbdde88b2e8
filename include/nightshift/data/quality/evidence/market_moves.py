"""What the market did on each session: the moves that a symbol's own are held against, known on that session's night."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nightshift.data.quality.evidence.price_rows import PriceRows

LEAST_SYMBOLS = 10  # a median of fewer is no market
LARGEST_MEDIAN = math.log(2)  # a market of which half the symbols doubled or halved overnight is another scale, not a move
LEVELS = np.array([0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8, 1.1, 1.6, 2.2, 3.1, 4.4])  # sizes of gaps that are counted
NEWS_SIZED = 0.25  # a gap below it is not a split's
FEW_GAPS = 10.0  # that are taken to have been traded like news before any was seen
FILE = "market_moves.npz"


@dataclass(frozen=True, eq=False)
class MarketMoves:
    """By session, ascending. `far` and `habit` count by session, sign (down, up) and level of a gap against the market's."""

    days: np.ndarray  # datetime64[D]
    overnight: np.ndarray  # median logarithm of the open against the close before
    level: np.ndarray  # median logarithms of close against close, summed
    spread: np.ndarray  # how far symbols' overnight moves stand from that median: 1.48 × the median distance
    usual: np.ndarray  # how far they stand from the whole move's
    symbols: np.ndarray  # how many had a move
    far: np.ndarray  # symbols at least as far off as each level
    habit: np.ndarray  # gaps of that size that were news on all sessions before
    heavy: np.ndarray  # share of the gaps before that were traded like news

    def places(self, day: np.ndarray) -> np.ndarray:
        """The place of each day; a day that the market had not lies where it would."""
        if not len(self.days):
            return np.zeros(day.shape, dtype=np.int64)
        number, last = (self.days - self.days[0]).astype(np.int64), len(self.days) - 1
        at = np.zeros(int(number[-1]) + 1, dtype=np.int64)
        at[number[1:]] = 1
        at = np.cumsum(at)
        at[np.setdiff1d(np.arange(len(at)), number, assume_unique=True)] += 1
        return np.minimum(at[np.clip((day - self.days[0]).astype(np.int64), 0, len(at) - 1)], last)

    @property
    def years_before(self) -> np.ndarray:
        """How many years of symbols had been seen before each session."""
        return (np.cumsum(self.symbols) - self.symbols) / 252.0

    def write(self, folder: Path) -> None:
        """Leave them in a folder."""
        np.savez(folder / FILE, **vars(self))

    @classmethod
    def read(cls, folder: Path) -> MarketMoves:
        """As they were left."""
        with np.load(folder / FILE, allow_pickle=False) as kept:
            return cls(**{name: kept[name] for name in kept.files})


def moves_of(rows: PriceRows) -> MarketMoves:
    """The market of all these rows, without its habits; each session by its own bars and those before."""
    days, place = _axis(rows.day)
    next_session = np.zeros(len(rows), dtype=bool)
    next_session[1:] = (rows.symbol[1:] == rows.symbol[:-1]) & (place[1:] == place[:-1] + 1)
    session, shape = place[next_session], (int(next_session.sum()), len(days))
    overnight, spread, symbols = _middle(rows.overnight[next_session], session, len(days))
    whole, usual, _ = _middle(rows.whole[next_session], session, len(days))
    counts = np.zeros((shape[1], 2, len(LEVELS)))
    made = MarketMoves(days, overnight, np.cumsum(whole), spread, usual, symbols, counts, counts, np.ones(len(days)))
    return _with_far(made, rows, next_session, session)


def _axis(day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The days there are, ascending, and the place of each row among them; without sorting the rows."""
    if not len(day):
        return day, np.zeros(0, dtype=np.int64)
    number = (day - day.min()).astype(np.int64)
    there = np.zeros(int(number.max()) + 1, dtype=bool)
    there[number] = True
    return day.min() + np.flatnonzero(there), (np.cumsum(there) - 1)[number]


def _middle(move: np.ndarray, session: np.ndarray, n_sessions: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each session the median move, 1.48 × the median distance from it, and how many there are."""
    middle, counts = _medians_by(move, session, n_sessions)
    market = np.where((counts >= LEAST_SYMBOLS) & (np.abs(middle) <= LARGEST_MEDIAN), middle, 0.0)
    distance, _ = _medians_by(np.abs(move - market[session]), session, n_sessions)
    return market, np.where(counts >= LEAST_SYMBOLS, 1.4826 * distance, 0.0), counts.astype(np.float64)


def _medians_by(values: np.ndarray, group: np.ndarray, n_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """The median of each group, 0 where it is empty, and how many it has."""
    counts = np.bincount(group, minlength=n_groups)
    order = np.argsort(group.astype(np.uint16) if n_groups < 1 << 16 else group, kind="stable")  # of 16 bits it is a radix sort
    table = np.full((n_groups, int(counts.max(initial=0)) + 1), np.inf)
    first = np.cumsum(counts) - counts
    table[group[order], np.arange(len(group)) - np.repeat(first, counts)] = values[order]
    table.sort(axis=1)
    line = np.arange(n_groups)
    middle = (table[line, np.maximum(counts - 1, 0) // 2] + table[line, counts // 2]) / 2
    return np.where(counts > 0, middle, 0.0), counts


def _with_far(market: MarketMoves, rows: PriceRows, next_session: np.ndarray, session: np.ndarray) -> MarketMoves:
    move = rows.overnight[next_session] - market.overnight[session]
    at = np.flatnonzero(np.abs(move) >= LEVELS[0])
    return MarketMoves(**{**vars(market), "far": counted(move[at], session[at], len(market.days))})


def counted(move: np.ndarray, session: np.ndarray, n_sessions: int) -> np.ndarray:
    """How many of these gaps are at least of each level, by session and sign."""
    level = np.searchsorted(LEVELS, np.abs(move), side="right") - 1
    exactly = np.zeros((n_sessions, 2, len(LEVELS)))
    known = level >= 0
    np.add.at(exactly, (session[known], (move[known] > 0).astype(np.int64), level[known]), 1.0)
    return exactly[..., ::-1].cumsum(axis=-1)[..., ::-1]


def with_habit(market: MarketMoves, move: np.ndarray, session: np.ndarray, is_heavy: np.ndarray) -> MarketMoves:
    """The market with its habits: how often a gap of each size had been news before each session, and traded like it."""
    n_sessions = len(market.days)
    own = counted(move, session, n_sessions)
    small = np.abs(move) < NEWS_SIZED  # a raw universe's splits say nothing of news
    every, heavy = (np.bincount(session[here], minlength=n_sessions) for here in (small, small & is_heavy))
    share = (np.cumsum(heavy) - heavy + FEW_GAPS) / (np.cumsum(every) - every + FEW_GAPS)
    return MarketMoves(**{**vars(market), "habit": own.cumsum(axis=0) - own, "heavy": share})
