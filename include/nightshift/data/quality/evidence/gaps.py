"""Bars that stand off the one before by more than their symbol's usual night, and everything that is known of each that night."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from nightshift.data.quality.evidence.market_moves import LEVELS, MarketMoves, with_habit
from nightshift.data.quality.evidence.price_rows import PriceRows, medians
from nightshift.data.quality.evidence.ratios import nearest_ratio

LEAST_GAP = 0.07  # of a logarithm, against the market's own move; an action that moves less does no harm
JUMP = math.log(1.8)  # a whole move of this size is looked at wherever in the day it happened
ROWS_OF_VOLUME, ROWS_OF_MOVES, ROWS_LATELY = 20, 60, 5
LEAST_SCALE, TELLING_SCALE = 0.0015, 0.008  # in a wider usual night, chance is near a ratio as well
HEAVY = 2.0  # deviations above the usual turnover: traded as news is
LEAST_ROWS = 3  # of which a habit of trading can be told


@dataclass(frozen=True, eq=False)
class Gaps:
    """One entry a bar that is looked at; logarithms against the market's move, NaN where nothing is known."""

    place: np.ndarray  # of the bar among the rows
    session: np.ndarray  # its place among the market's
    overnight: np.ndarray  # the open against the close before
    whole: np.ndarray  # the close against the close before
    reach: np.ndarray  # how much of the gap no price of the bar gave back, as a share
    scale: np.ndarray  # the symbol's usual overnight move, or the market's that night, whichever is wider
    daily: np.ndarray  # the symbol's usual whole move
    turnover: np.ndarray  # deviations above the usual, in the symbol's own spread of turnovers
    shares: np.ndarray  # the same of the volume
    turnover_ratio: np.ndarray  # logarithm of the turnover against the usual
    shares_ratio: np.ndarray  # logarithm of the volume against the usual
    span: np.ndarray  # logarithm of the day's range against the usual
    untraded: np.ndarray  # nobody traded the bar
    sessions: np.ndarray  # since the bar before; 1: the next one
    peers: np.ndarray  # other symbols that moved as far that night, the same way
    others: np.ndarray  # symbols that had a move that night
    crowd: np.ndarray  # how many of them make it the market's
    news_a_year: np.ndarray  # how often a symbol of this market had moved as far on news before
    heavy: np.ndarray  # share of this market's gaps before that were traded like news

    def at(self, chosen: np.ndarray) -> Gaps:
        """Only these."""
        return Gaps(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def gaps_of(rows: PriceRows, market: MarketMoves) -> Gaps:
    """Every gap among these rows, each by what its own night knew."""
    session = market.places(rows.day)
    place = _far(rows, market, session)
    sessions = session[place] - session[place - 1] + _untraded_before(rows, place)
    drift = market.level[session[place] - 1] - market.level[session[place - 1]]  # of the sessions without a bar
    overnight = rows.overnight[place] - market.overnight[session[place]] - np.where(sessions > 1, drift, 0.0)
    known = {"place": place, "session": session[place], "overnight": overnight, "sessions": np.maximum(sessions, 1)}
    known |= {"whole": rows.whole[place] - (market.level[session[place]] - market.level[session[place - 1]])}
    known |= _moves(rows, market, place, known) | _trading(rows, place)
    return Gaps(**known, **_company(market, known))


def market_with_habit(rows: PriceRows, market: MarketMoves) -> MarketMoves:
    """The market of these rows, and how often it moves as far on news: what was traded as usual is none if it may be an action."""
    gaps = gaps_of(rows, market)
    size, (_, off) = np.abs(gaps.overnight), nearest_ratio(gaps.overnight)
    near = (off <= 2.0 * gaps.scale) & (gaps.scale <= TELLING_SCALE)
    action = (gaps.turnover < HEAVY) & ((size >= JUMP) | near)
    gaps = gaps.at(~action & (gaps.sessions == 1) & (size >= LEAST_GAP))
    return with_habit(market, gaps.overnight, gaps.session, gaps.turnover >= HEAVY)


def _far(rows: PriceRows, market: MarketMoves, session: np.ndarray) -> np.ndarray:
    if not len(rows):
        return np.zeros(0, dtype=np.int64)
    overnight = np.abs(rows.overnight - market.overnight[session])
    with np.errstate(invalid="ignore"):
        return np.flatnonzero((overnight >= LEAST_GAP) | (np.abs(rows.whole) >= JUMP))


def _moves(rows: PriceRows, market: MarketMoves, place: np.ndarray, known: dict) -> dict[str, np.ndarray]:
    at, there = rows.before(place, ROWS_OF_MOVES)
    there &= at > rows.begins[place][:, np.newaxis]  # the first row has no move
    traded = there & (rows.volume[at] > 0)
    there = np.where(traded.any(axis=1)[:, np.newaxis], traded, there)  # a frozen price says nothing of usual nights
    session = market.places(rows.day[at])
    nights = np.abs(rows.overnight[at] - market.overnight[session])
    usual, lately = medians(nights, there), medians(nights[:, :ROWS_LATELY], there[:, :ROWS_LATELY])
    market_night = market.spread[known["session"]]
    scale = np.fmax(np.fmax(1.4826 * usual, 2.0 * lately), np.maximum(market_night, LEAST_SCALE))
    before = rows.closes[place - 1]
    shift = rows.overnight[place] - known["overnight"]  # the market's part
    down = known["overnight"] < 0
    extreme = np.where(down, -(np.log(rows.highs[place] / before) - shift), np.log(rows.lows[place] / before) - shift)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = extreme / np.abs(known["overnight"])
    return {
        "scale": scale * np.sqrt(known["sessions"]), "reach": reach,
        "daily": np.fmax(1.4826 * medians(np.abs(rows.whole[at]), there), LEAST_SCALE),
    }  # fmt: skip


def _untraded_before(rows: PriceRows, place: np.ndarray) -> np.ndarray:
    """How many bars before nobody traded; 0 where the symbol has no traded bar at all."""
    at, there = rows.before(place, ROWS_OF_MOVES)
    traded = there & (rows.volume[at] > 0)
    return np.where(traded.any(axis=1), traded.argmax(axis=1), 0)


def _trading(rows: PriceRows, place: np.ndarray) -> dict[str, np.ndarray]:
    at, there = rows.before(place, ROWS_OF_MOVES)
    volume, price = rows.volume[at], rows.closes[at]
    there &= volume > 0
    lately = there & (np.arange(ROWS_OF_MOVES) < ROWS_OF_VOLUME)
    with np.errstate(divide="ignore", invalid="ignore"):
        turnover, shares, now = np.log(volume * price), np.log(volume), np.log(rows.volume[place])
        span = np.log(rows.highs[at] / rows.lows[at])
        today = np.log(rows.highs[place] / rows.lows[place])
        usual = medians(turnover, lately)
        spread = np.clip(1.4826 * medians(np.abs(turnover - usual[:, np.newaxis]), there), 0.25, 0.8)
        ratio = now + np.log(rows.closes[place]) - usual
        enough = lately.sum(axis=1) >= LEAST_ROWS
        more = now - medians(shares, lately)
        range_ratio = np.log(today / medians(span, lately & (span > 0)))
        found = {
            "turnover": ratio / spread, "turnover_ratio": ratio, "span": range_ratio,
            "shares": more / spread, "shares_ratio": more,
        }  # fmt: skip
    return {name: np.where(enough & (rows.volume[place] > 0), values, np.nan) for name, values in found.items()} | {
        "untraded": rows.volume[place] <= 0
    }


def _company(market: MarketMoves, known: dict) -> dict[str, np.ndarray]:
    """Who else moved that night, and how often anybody had."""
    size, sign, session = np.abs(known["overnight"]), (known["overnight"] > 0).astype(np.int64), known["session"]
    level = np.clip(np.searchsorted(LEVELS, 0.8 * size, side="right") - 1, 0, len(LEVELS) - 1)
    peers = np.maximum(market.far[session, sign, level] - 1, 0)
    crowd = np.maximum(3, 0.01 * market.symbols[session])
    seen = market.habit[session, sign, level] + 0.5
    return {
        "peers": peers,
        "others": market.symbols[session],
        "crowd": crowd,
        "news_a_year": seen / np.maximum(market.years_before[session], 5.0),
        "heavy": market.heavy[session],
    }
