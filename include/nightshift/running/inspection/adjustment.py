"""Are the prices adjusted for splits and bonuses? The vendor's own factor says so; else the moves that only a split makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from nightshift.nouns.quality import NamedRow

if TYPE_CHECKING:
    import pyarrow as pa

RATIOS = np.log([2 / 3, 3 / 5, 1 / 2, 2 / 5, 1 / 3, 1 / 4, 1 / 5, 1 / 6, 1 / 8, 1 / 10, 1 / 15, 1 / 20, 1 / 25, 1 / 50, 1 / 100])
TOLERANCE = 0.03  # in logarithms, between an overnight move and a ratio
SMALLEST = 0.9 * float(-RATIOS.max())
STAYS_FRACTION = 0.6  # of the move, five bars later
BARS_LATER, BARS_BEFORE = 5, 20
MOST_TURNOVER = 3.0  # times the usual one: news that takes a third of a price is traded more, a split is not
ALONE_FRACTION = 0.02  # of the symbols may move by a tenth the same way on that day; more is the market
LEAST_RATE = 0.005  # such moves a symbol-year, from which on a folder is called unadjusted: one in two hundred years is an accident
SESSIONS_A_YEAR = 252


@dataclass(frozen=True)
class Adjustment:
    """Whether prices are adjusted, in a sentence, and the moves that speak against it."""

    state: Literal["adjusted", "unadjusted", "no sign of unadjusted prices"]
    why: str
    moves: tuple[NamedRow, ...]


def adjustment_of(bars: pa.Table) -> Adjustment:
    """What the bars show: rows of `BAR_ROW`, sorted by symbol and session."""
    factor = bars["adj_factor"].to_numpy()
    moves = _moves(bars, factor)
    symbols = {row.symbol for row in moves}
    shown = f"{len(moves)} overnight moves at a simple ratio, on one symbol alone, at ordinary turnover, in {len(symbols)} symbols"
    years = len(bars) / SESSIONS_A_YEAR
    if len(symbols) > 1 and len(moves) > LEAST_RATE * years:
        return Adjustment("unadjusted", shown, moves)
    if (np.abs(factor - 1.0) > 1e-9).any():
        return Adjustment("adjusted", "the files bring an adjusted close or a factor", moves)
    return Adjustment("no sign of unadjusted prices", shown if moves else "no overnight move looks like a split", moves)


def _moves(bars: pa.Table, factor: np.ndarray) -> tuple[NamedRow, ...]:
    """Overnight moves at a ratio that stayed, at ordinary turnover, while the other symbols stood still."""
    symbol = bars["symbol"].combine_chunks().dictionary_encode()
    codes = symbol.indices.to_numpy(zero_copy_only=False)
    session = bars["session"].to_numpy().astype("datetime64[D]")
    opens, closes = (bars[name].to_numpy() * factor for name in ("open", "close"))
    overnight = _overnight(codes, opens, closes)
    at = np.flatnonzero(np.abs(overnight) >= SMALLEST)
    near = np.abs(np.abs(overnight[at])[:, None] + RATIOS).min(axis=1, initial=np.inf) <= TOLERANCE
    turnover = closes * bars["volume"].to_numpy() / factor
    alone = _alone(session, overnight, at[near])
    there = [place for place in alone if _stays(codes, closes, overnight, place) and _is_ordinary(codes, turnover, place)]
    return tuple(
        NamedRow(symbol=symbol.dictionary[codes[place]].as_py(), session=str(session[place]), value=f"{np.exp(overnight[place]):.3f}")
        for place in there
    )


def _overnight(codes: np.ndarray, opens: np.ndarray, closes: np.ndarray) -> np.ndarray:
    out = np.zeros(len(codes))
    with np.errstate(invalid="ignore", divide="ignore"):
        move = np.log(opens[1:] / closes[:-1])
    out[1:] = np.where((codes[1:] == codes[:-1]) & np.isfinite(move), move, 0.0)
    return out


def _alone(session: np.ndarray, overnight: np.ndarray, places: np.ndarray) -> list[int]:
    days, day = np.unique(session, return_inverse=True)
    there = np.bincount(day, minlength=len(days))
    moved = {sign: np.bincount(day[sign * overnight > 0.1], minlength=len(days)) for sign in (-1, 1)}
    return [p for p in places.tolist() if moved[1 if overnight[p] > 0 else -1][day[p]] <= max(1, ALONE_FRACTION * there[day[p]])]


def _stays(codes: np.ndarray, closes: np.ndarray, overnight: np.ndarray, place: int) -> bool:
    later = closes[place : place + BARS_LATER][codes[place : place + BARS_LATER] == codes[place]]
    return bool(np.log(np.median(later) / closes[place - 1]) / overnight[place] >= STAYS_FRACTION)


def _is_ordinary(codes: np.ndarray, turnover: np.ndarray, place: int) -> bool:
    """True where the day was traded as usual; without volumes nothing speaks against it."""
    first = max(place - BARS_BEFORE, int(np.searchsorted(codes, codes[place])))
    usual = float(np.median(turnover[first:place]))
    return not (usual > 0 and turnover[place] > MOST_TURNOVER * usual)
