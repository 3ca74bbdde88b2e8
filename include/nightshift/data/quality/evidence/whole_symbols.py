"""What is wrong with all of a symbol's bars, so that none of them can be used: they are of other days, or of another company."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nightshift.data.quality.evidence.market_moves import LEAST_SYMBOLS, MarketMoves
from nightshift.data.quality.evidence.price_rows import PriceRows

WINDOW, LEAST_ROWS, CERTAIN = 250, 100, 6.0  # bars a lead or lag is measured on, at least; standard errors from which it is certain
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
    next_one = np.zeros(len(rows), dtype=bool)
    next_one[1:] = (rows.symbol[1:] == rows.symbol[:-1]) & (session[1:] == session[:-1] + 1)
    spread = np.maximum(market.usual, 1e-4)[session]
    move = np.where(next_one, (rows.whole - (np.where(session > 0, market.level[session] - market.level[session - 1], 0.0))) / spread, 0.0)
    found = [
        *_other_company(rows, session), *_months_for_days(rows, market, move, next_one), *_shifted(rows, market, session, next_one, spread)
    ]  # fmt: skip
    first: dict[int, LeftOut] = {}
    for one in found:
        first.setdefault(one.first, one)
    return [first[at] for at in sorted(first)]


def _first_of_each(rows: PriceRows, certain: np.ndarray, reason: str, value: str) -> list[LeftOut]:
    at = np.flatnonzero(certain)
    _, first = np.unique(rows.symbol[at], return_index=True)
    return [LeftOut(int(rows.begins[place]), int(rows.ends[place]), int(place), reason, value) for place in at[first]]


def _other_company(rows: PriceRows, session: np.ndarray) -> list[LeftOut]:
    silent = np.zeros(len(rows), dtype=bool)
    silent[1:] = (rows.symbol[1:] == rows.symbol[:-1]) & (session[1:] - session[:-1] > SILENT_SESSIONS)
    with np.errstate(invalid="ignore"):
        return _first_of_each(
            rows, silent & (np.abs(rows.whole) > OTHER_SCALE), "another_company", "a year without a bar, then a price of another scale"
        )


def _months_for_days(rows: PriceRows, market: MarketMoves, move: np.ndarray, next_one: np.ndarray) -> list[LeftOut]:
    """Bars of days up to the 12th that lie in other months, or no other bars at all."""
    day = (rows.day - rows.day.astype("datetime64[M]")).astype(np.int64) + 1
    could_be = day <= 12
    number = np.arange(len(rows)) - rows.begins + 1
    only = could_be & (_since_begin(rows, ~could_be) == 0) & (number >= ONLY_ROWS)
    told = _first_of_each(rows, only, "days_and_months_swapped", "no bar after the 12th of any month")
    either = could_be.copy()
    either[1:] |= could_be[:-1]
    moved = rows.begins < np.arange(len(rows))
    spread = np.maximum(market.usual, 1e-4)[market.places(rows.day)]
    odd = moved & (np.abs(np.where(next_one, move, np.nan_to_num(rows.whole) / spread)) > ODD)
    here, others = _since_begin(rows, odd & either), _since_begin(rows, odd & ~either)
    n_here, n_others = np.maximum(_since_begin(rows, moved & either), 1), np.maximum(_since_begin(rows, moved & ~either), 1)
    swapped = (here >= ODD_ROWS) & (here / n_here >= ODD_SHARE) & (here / n_here >= ODD_TIMES * (others + 1) / n_others)
    return told + _first_of_each(rows, swapped, "days_and_months_swapped", "bars of days up to the 12th are those of other months")


def _shifted(rows: PriceRows, market: MarketMoves, session: np.ndarray, next_one: np.ndarray, spread: np.ndarray) -> list[LeftOut]:
    """Symbols that move with the market's session before or after rather than with its own."""
    crowd = market.symbols >= LEAST_SYMBOLS
    own = np.clip(np.nan_to_num(rows.whole) / spread, -LARGEST, LARGEST) * next_one
    whole = np.clip(np.diff(market.level, prepend=0.0) / np.maximum(market.usual, 1e-4), -LARGEST, LARGEST) * crowd
    early = np.zeros(len(rows))  # the market's next session, once it is known
    early[:-1] = np.where((rows.symbol[1:] == rows.symbol[:-1]) & next_one[1:], own[:-1] * whole[session[1:]], 0.0)
    late = own * np.where(session > 0, whole[session - 1], 0.0)
    same = own * whole[session]
    found = []
    for other, words, known_later in ((early, "a session early", 1), (late, "a session late", 0)):
        apart = np.where((other != 0) & (same != 0), other - same, 0.0)
        odds = _window(rows, apart) / np.sqrt(np.maximum(_window(rows, apart**2), 1e-9))
        n_rows = _window(rows, (apart != 0).astype(np.float64))
        certain = (odds >= CERTAIN) & (n_rows >= LEAST_ROWS) & (_window(rows, other) > 2 * _window(rows, same))
        if known_later:
            certain = np.concatenate([[False], certain[:-1]]) & (rows.begins < np.arange(len(rows)))
        found += _first_of_each(rows, certain, "shifted_sessions", f"it moves with the market's bars {words}")
    return found


def _window(rows: PriceRows, values: np.ndarray) -> np.ndarray:
    """Sums over up to WINDOW rows of the symbol, ending at each."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(rows))
    return total[at + 1] - total[np.maximum(at + 1 - WINDOW, rows.begins)]


def _since_begin(rows: PriceRows, true: np.ndarray) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(true)])
    return total[1:] - total[rows.begins]
