"""Drop or repair isolated defects, and account for every row: nothing leaves or changes without a reason that is counted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift import sessions
from nightshift.data.quality.actions import suspected_actions, unwound_spikes
from nightshift.nouns.bars import FIELDS
from nightshift.nouns.quality import Account, Example, NamedRow

if TYPE_CHECKING:
    import pyarrow as pa

PRICES = ("open", "high", "low", "close")
OHLC_TOLERANCE_FRACTION = 0.005  # a high or low that misses open or close by less is widened; by more, the row is dropped
EXAMPLES_PER_REASON = 10
SMALLEST_PRICE, LARGEST_PRICE, LARGEST_VOLUME = 1e-9, 1e12, 1e18  # adjusted; beyond them a number is an accident of a file
CUT = "before_unadjusted_action"  # a symbol's history starts anew there: mixing both scales would teach a crash that never was


@dataclass(frozen=True, eq=False)
class Cleaned:
    """The rows that are left, the account of those that are not, and the unadjusted corporate actions that are suspected."""

    rows: pa.Table
    account: Account
    actions: tuple[NamedRow, ...]


@dataclass(frozen=True, eq=False)
class _Rows:
    """A table as arrays; `symbol` is a number that ascends with the rows."""

    symbol: np.ndarray
    session: np.ndarray  # datetime64[D]
    seen: np.ndarray  # datetime64[us]
    values: dict[str, np.ndarray]  # FIELDS and adj_factor


def clean(received: pa.Table, calendar: str, last_session: dt.date, as_of: dt.datetime) -> Cleaned:
    """Rows sorted by symbol and session → the rows a model may learn from."""
    import pyarrow as pa

    rows = _arrays(received)
    dropped = {**_unknown_then(rows, calendar, last_session, as_of), **_repeated(rows), **_impossible(rows)}
    kept = _left(dropped)
    repaired, changes = _widened(rows, kept)
    dropped["spike_that_reverted"] = _at(kept, unwound_spikes(rows.symbol[kept], _adjusted(rows, kept)[1]))
    kept = _left(dropped)
    place, ratio = suspected_actions(rows.symbol[kept], *_adjusted(rows, kept))
    dropped[CUT] = _at(kept, _before(rows.symbol[kept], place))
    left, acted = np.flatnonzero(_left(dropped)), np.flatnonzero(kept)[place]
    names = received["symbol"].take(pa.array(acted)).to_pylist()
    actions = tuple(
        NamedRow(symbol=name, session=str(day), value=f"opened at {r:.3f} of the close before")
        for name, day, r in zip(names, rows.session[acted], ratio, strict=True)
    )
    table = received
    for name, values in changes.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    table = table if len(left) == len(table) else table.take(pa.array(left)).combine_chunks()
    return Cleaned(table, _account(received, dropped, repaired, actions), actions)


def _arrays(received: pa.Table) -> _Rows:
    codes = received["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    values = {name: received[name].to_numpy() for name in (*FIELDS, "adj_factor")}
    return _Rows(
        codes, received["session"].to_numpy().astype("datetime64[D]"), received["observed_at"].to_numpy().astype("datetime64[us]"), values
    )


def _unknown_then(rows: _Rows, calendar: str, last_session: dt.date, as_of: dt.datetime) -> dict[str, np.ndarray]:
    """Rows that the night could not have: observed later, of a future session, of no session."""
    unique = np.unique(rows.session)
    trading = sessions.between(calendar, unique[0].item(), unique[-1].item()) if len(unique) else unique
    return {
        "observed_after_as_of": rows.seen > np.datetime64(as_of.replace(tzinfo=None), "us"),
        "future_session": rows.session > np.datetime64(last_session, "D"),
        "not_a_session": ~np.isin(rows.session, trading),
    }


def _repeated(rows: _Rows) -> dict[str, np.ndarray]:
    """Rows followed by another of the same symbol and session: the last one stays."""
    again = np.zeros(len(rows.symbol), dtype=bool)
    again[:-1] = (rows.symbol[1:] == rows.symbol[:-1]) & (rows.session[1:] == rows.session[:-1])
    equal = np.ones(len(again), dtype=bool)
    for values in rows.values.values():
        equal[:-1] &= (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    return {"duplicate": again & equal, "duplicate_with_other_values": again & ~equal}


def _impossible(rows: _Rows) -> dict[str, np.ndarray]:
    """Rows whose numbers cannot be a bar."""
    values = rows.values
    prices = np.array([values[name] for name in PRICES])
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        adjusted, volume = prices * values["adj_factor"], values["volume"] / values["adj_factor"]
        within = (adjusted > SMALLEST_PRICE).all(axis=0) & (adjusted < LARGEST_PRICE).all(axis=0) & (volume < LARGEST_VOLUME)
        return {
            "not_a_number": ~np.all([np.isfinite(column) for column in values.values()], axis=0),
            "price_not_positive": (prices.min(axis=0) <= 0) | (values["adj_factor"] <= 0),
            "volume_negative": values["volume"] < 0,
            "absurd_size": ~within,
            "ohlc_impossible": _ohlc_miss(values) > OHLC_TOLERANCE_FRACTION,
        }


def _ohlc_miss(values: dict[str, np.ndarray]) -> np.ndarray:
    """By how much open or close lies outside low to high, as a fraction of the close."""
    above = np.maximum(values["open"], values["close"]) - values["high"]
    below = values["low"] - np.minimum(values["open"], values["close"])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.maximum(np.maximum(above, below), 0.0) / values["close"]


def _widened(rows: _Rows, kept: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """High and low moved to hold open and close where they just miss: the rows, and the new columns if there are any."""
    with np.errstate(invalid="ignore"):
        missed = kept & (_ohlc_miss(rows.values) > 0)
    if not missed.any():
        return {"ohlc_widened": missed}, {}
    held = [rows.values[name] for name in PRICES]
    return {"ohlc_widened": missed}, {
        "high": np.where(missed, np.max(held, axis=0), rows.values["high"]),
        "low": np.where(missed, np.min(held, axis=0), rows.values["low"]),
    }


def _left(dropped: dict[str, np.ndarray]) -> np.ndarray:
    return ~np.logical_or.reduce(list(dropped.values()))


def _at(kept: np.ndarray, places: np.ndarray) -> np.ndarray:
    """True at these places, which count only the rows kept so far."""
    out = np.zeros(len(kept), dtype=bool)
    out[np.flatnonzero(kept)[places]] = True
    return out


def _adjusted(rows: _Rows, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Open, close and volume of the rows kept, adjusted as far as the source knows."""
    factor = rows.values["adj_factor"][kept]
    return rows.values["open"][kept] * factor, rows.values["close"][kept] * factor, rows.values["volume"][kept] / factor


def _before(symbol: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Rows of the same symbol before its last suspected action."""
    last = np.full(int(symbol.max(initial=-1)) + 1, -1)
    last[symbol[at]] = at  # ascending: the last one wins
    return np.flatnonzero(np.arange(len(symbol)) < last[symbol])


def _account(received: pa.Table, dropped: dict[str, np.ndarray], repaired: dict[str, np.ndarray], actions: tuple[NamedRow, ...]) -> Account:
    """Each row is dropped for its first reason only, so that the counts add up; a reason without rows is left out."""
    first, gone = {}, np.zeros(len(received), dtype=bool)
    for reason, here in dropped.items():
        first[reason] = np.flatnonzero(here & ~gone)
        gone |= here
    mended = {reason: np.flatnonzero(here) for reason, here in repaired.items()}
    named = (first | mended).items()
    examples = [example for reason, rows in named if reason != CUT for example in _examples(reason, rows, received)]
    acted = [Example(reason=CUT, **dict(action)) for action in actions]  # better examples than the rows before them
    return Account(
        rows_in=len(received), rows_out=int((~gone).sum()), dropped=_counts(first), repaired=_counts(mended), examples=[*examples, *acted]
    )


def _counts(rows: dict[str, np.ndarray]) -> dict[str, int]:
    return {reason: len(places) for reason, places in rows.items() if len(places)}


def _examples(reason: str, rows: np.ndarray, received: pa.Table) -> list[Example]:
    def told(row: dict) -> str:
        return " ".join(f"{name} {'missing' if row[name] is None else format(row[name], '.6g')}" for name in FIELDS)

    first = received.take(rows[:EXAMPLES_PER_REASON]).to_pylist()
    return [Example(reason=reason, symbol=row["symbol"], session=str(row["session"]), value=told(row)) for row in first]
