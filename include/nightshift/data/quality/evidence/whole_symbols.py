"""What is wrong with all of a symbol's bars, so that none of them can be used: they are of other days, or of another company."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nightshift.data.quality.evidence.market_moves import LEAST_SYMBOLS, MarketMoves
from nightshift.data.quality.evidence.price_rows import PriceRows

WINDOW, LEAST_ROWS, CERTAIN = 250, 100, 6.0  # bars a lead or lag is measured on, at least; standard errors from which it is certain
EVERY = 20  # bars of a symbol after which it is asked again
LARGEST = 3.0  # market spreads that one day may count for
ODD = 4.0  # market spreads from which a move is odd
ODD_ROWS, ODD_SHARE, ODD_TIMES = 15, 0.15, 5.0  # at least so many odd moves at days that could be months, so often, and so much oftener
ONLY_ROWS = 60  # bars without any after the 12th of a month
SILENT_SESSIONS, OTHER_SCALE = 250, np.log(3.0)  # a year without a bar and a price three times another


class LeftOut(NamedTuple):
    """Every bar of a symbol goes; certain since one of them."""

    first: int
    stop: int
    since: int
    reason: str
    value: str


def whole_symbols(rows: PriceRows, market: MarketMoves) -> list[LeftOut]:
    """Every symbol that has to be left out, with its first reason."""
    if not len(rows):
        return []
    session = market.places(rows.day)
    asked = np.flatnonzero((np.arange(len(rows)) - rows.begins) % EVERY == EVERY - 1)
    next_one = np.zeros(len(rows), dtype=bool)
    next_one[1:] = (rows.symbol[1:] == rows.symbol[:-1]) & (session[1:] == session[:-1] + 1)
    spread = np.maximum(market.usual, 1e-4)[session]
    move = np.where(next_one, (rows.whole - (np.where(session > 0, market.level[session] - market.level[session - 1], 0.0))) / spread, 0.0)
    found = [
        *_other_company(rows, session), *_months_for_days(rows, (move, spread), next_one, asked),
        *_shifted(rows, market, (session, next_one, spread), asked),
    ]  # fmt: skip
    first: dict[int, LeftOut] = {}
    for one in found:
        first.setdefault(one.first, one)
    return [first[at] for at in sorted(first)]


def _first_of_each(rows: PriceRows, at: np.ndarray, reason: str, value: str) -> list[LeftOut]:
    _, first = np.unique(rows.symbol[at], return_index=True)
    return [LeftOut(int(rows.begins[place]), int(rows.ends[place]), int(place), reason, value) for place in at[first]]


def _other_company(rows: PriceRows, session: np.ndarray) -> list[LeftOut]:
    later = 1 + np.flatnonzero((rows.symbol[1:] == rows.symbol[:-1]) & (session[1:] - session[:-1] > SILENT_SESSIONS))
    other = later[np.abs(rows.whole[later]) > OTHER_SCALE]
    return _first_of_each(rows, other, "another_company", "a year without a bar, then a price of another scale")


def _months_for_days(rows: PriceRows, moves: tuple[np.ndarray, np.ndarray], next_one: np.ndarray, asked: np.ndarray) -> list[LeftOut]:
    """Bars of days up to the 12th that lie in other months, or no other bars at all."""
    move, spread = moves
    could_be = (rows.day - rows.day.astype("datetime64[M]")).astype(np.int64) < 12
    number = asked - rows.begins[asked] + 1
    only = asked[(_since_begin(rows, ~could_be, asked) == 0) & (number >= ONLY_ROWS)]
    told = _first_of_each(rows, only, "days_and_months_swapped", "no bar after the 12th of any month")
    either = could_be.copy()
    either[1:] |= could_be[:-1]
    odd = np.abs(np.where(next_one, move, np.nan_to_num(rows.whole) / spread)) > ODD
    here, others, n_here = (_since_begin(rows, true, asked) for true in (odd & either, odd & ~either, either))
    n_here, n_others = np.maximum(n_here, 1), np.maximum(number - n_here, 1)
    swapped = (here >= ODD_ROWS) & (here / n_here >= ODD_SHARE) & (here / n_here >= ODD_TIMES * (others + 1) / n_others)
    return told + _first_of_each(rows, asked[swapped], "days_and_months_swapped", "bars of days up to the 12th are those of other months")


def _shifted(rows: PriceRows, market: MarketMoves, moved: tuple[np.ndarray, np.ndarray, np.ndarray], asked: np.ndarray) -> list[LeftOut]:
    """Symbols that move with the market's session before or after rather than with its own."""
    session, next_one, spread = moved
    own = np.clip(np.where(next_one, rows.whole, 0.0) / spread, -LARGEST, LARGEST)
    crowd = market.symbols >= LEAST_SYMBOLS
    whole = np.clip(np.diff(market.level, prepend=0.0) / np.maximum(market.usual, 1e-4), -LARGEST, LARGEST) * crowd
    same = own * whole[session]
    late = own * np.where(session > 0, whole[session - 1], 0.0)
    early = np.zeros(len(rows))  # at the session that the market's next one is known by: one later than the symbol's own
    early[1:] = np.where(next_one[1:], own[:-1] * whole[session[1:]], 0.0)
    same_before = np.zeros(len(rows))
    same_before[1:] = np.where(next_one[1:], same[:-1], 0.0)
    found = []
    for other, own_session, words in ((early, same_before, "a session early"), (late, same, "a session late")):
        apart = np.where((other != 0) & (own_session != 0), other - own_session, 0.0)
        odds = _window(rows, apart, asked) / np.sqrt(np.maximum(_window(rows, apart**2, asked), 1e-9))
        often = _window(rows, (apart != 0).astype(np.float64), asked) >= LEAST_ROWS
        rather = _window(rows, other, asked) > 2 * _window(rows, own_session, asked)
        certain = asked[(odds >= CERTAIN) & often & rather]
        found += _first_of_each(rows, certain, "shifted_sessions", f"it moves with the market's bars {words}")
    return found


def _window(rows: PriceRows, values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Sums over up to WINDOW rows of the symbol, ending at each that is asked."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[asked + 1] - total[np.maximum(asked + 1 - WINDOW, rows.begins[asked])]


def _since_begin(rows: PriceRows, true: np.ndarray, asked: np.ndarray) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(true)])
    return total[asked + 1] - total[rows.begins[asked]]
