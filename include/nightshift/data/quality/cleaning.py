"""Drop or repair isolated defects, and account for every row: nothing leaves or changes without a reason that is counted.

A bar is judged by what was known on its own night, so tonight's clean bars up to a session are those of that session's night. Only
one thing is learned later: that an action stayed. Then the history before it is dropped, and the account lists it as a revision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.actions import Doubt, Prices, doubts
from nightshift.data.quality.defects import Rows, arrays_of, impossible, repeated, unknown_then, widened
from nightshift.data.quality.used_history import BEFORE, History, history_of
from nightshift.nouns.bars import FIELDS
from nightshift.nouns.quality import Account, Example, NamedRow, Revision

if TYPE_CHECKING:
    import pyarrow as pa

EXAMPLES_PER_REASON = 10
DOUBTED = "jump_in_doubt"  # it stood off the last level believed, without the turnover of news
CUT = "before_unadjusted_action"  # a symbol's history starts anew once it is believed: both scales would teach a crash that never was


@dataclass(frozen=True, eq=False)
class Cleaned:
    """The rows that are left, the account of those that are not, and the unadjusted corporate actions that are suspected."""

    rows: pa.Table
    account: Account
    actions: tuple[NamedRow, ...]
    dropped: dict[str, np.ndarray]  # by its first reason, the places of the rows received that are not left
    history: History


@dataclass(frozen=True, eq=False)
class Actions:
    """Actions that stayed, in the order of the rows, by places among the rows received."""

    first: np.ndarray  # the bar that opened at the ratio
    since: np.ndarray  # the bar that showed it
    ratio: np.ndarray
    rows: list[int]  # bars that were had until then and are not since


def clean(
    received: pa.Table, calendar: str, last_session: dt.date, as_of: dt.datetime, first_session: dt.date | None = None
) -> Cleaned:  # fmt: skip
    """Rows sorted by symbol and session → the rows a model may learn from."""
    import pyarrow as pa

    rows = arrays_of(received)
    history = history_of(rows, calendar, first_session)
    dropped = {**unknown_then(rows, history, last_session, as_of), **repeated(rows), **impossible(rows)}
    kept = _left(dropped)
    repaired, changes = widened(rows, kept)
    doubted = doubts(_adjusted(rows, kept))
    dropped[DOUBTED] = _at(kept, _places([doubt for doubt in doubted if not doubt.stayed]))
    acted = _actions(rows, np.flatnonzero(kept), ~_left(dropped), [doubt for doubt in doubted if doubt.stayed])
    dropped[CUT] = _before(rows.symbol, acted.since)
    first = _by_first_reason(dropped)
    left = np.flatnonzero(_left(dropped))
    table = received
    for name, values in changes.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    table = table if len(left) == len(table) else table.take(pa.array(left)).combine_chunks()
    actions = _named(received, rows, acted)
    account = _account(received, first, repaired, actions, _revisions(actions, rows, acted))
    return Cleaned(table, _with_history(account, history), actions, first, history)


def _left(dropped: dict[str, np.ndarray]) -> np.ndarray:
    return ~np.logical_or.reduce(list(dropped.values()))


def _at(kept: np.ndarray, places: np.ndarray) -> np.ndarray:
    """True at these places, which count only the rows kept so far."""
    out = np.zeros(len(kept), dtype=bool)
    out[np.flatnonzero(kept)[places]] = True
    return out


def _adjusted(rows: Rows, kept: np.ndarray) -> Prices:
    """Open, close and volume of the rows kept, adjusted as far as the source knows."""
    factor = rows.values["adj_factor"][kept]
    opens, closes = (rows.values[name][kept] * factor for name in ("open", "close"))
    return Prices(rows.symbol[kept], opens, closes, rows.values["volume"][kept] / factor)


def _places(doubted: list[Doubt]) -> np.ndarray:
    return np.concatenate([np.array([], dtype=np.int64), *(np.arange(doubt.first, doubt.stop) for doubt in doubted)])


def _actions(rows: Rows, kept: np.ndarray, gone: np.ndarray, stayed: list[Doubt]) -> Actions:
    """The doubts that turned out to be actions; `kept` are the places that they were found among, `gone` rows nobody had anyway."""
    first, since = (kept[np.array([getattr(doubt, end) for doubt in stayed], dtype=np.int64)] for end in ("first", "stop"))
    earlier = np.concatenate([[0], since[:-1]]) if len(since) else since
    begins = np.maximum(np.searchsorted(rows.symbol, rows.symbol[first]), earlier)  # an earlier action took what was before it
    had = [int((~gone[a:b]).sum()) for a, b in zip(begins, first, strict=True)]
    return Actions(first, since, np.array([doubt.ratio for doubt in stayed]), had)


def _before(symbol: np.ndarray, at: np.ndarray) -> np.ndarray:
    """True for rows of the same symbol before the last of these."""
    last = np.full(int(symbol.max(initial=-1)) + 1, -1)
    last[symbol[at]] = at  # ascending: the last one wins
    return np.arange(len(symbol)) < last[symbol]


def _named(received: pa.Table, rows: Rows, acted: Actions) -> tuple[NamedRow, ...]:
    import pyarrow as pa

    names = received["symbol"].take(pa.array(acted.first)).to_pylist()
    return tuple(
        NamedRow(symbol=name, session=str(day), value=f"opened at {ratio:.3f} of the close before")
        for name, day, ratio in zip(names, rows.session[acted.first], acted.ratio, strict=True)
    )


def _revisions(actions: tuple[NamedRow, ...], rows: Rows, acted: Actions) -> tuple[Revision, ...]:
    since = rows.session[acted.since]
    return tuple(
        Revision(symbol=action.symbol, session=action.session, since=str(day), rows=n)
        for action, day, n in zip(actions, since, acted.rows, strict=True)
    )


def _by_first_reason(dropped: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Each row is dropped for its first reason only, so that the counts add up."""
    first, gone = {}, np.zeros(len(next(iter(dropped.values()))), dtype=bool)
    for reason, here in dropped.items():
        first[reason] = np.flatnonzero(here & ~gone)
        gone |= here
    return first


def _account(
    received: pa.Table, first: dict[str, np.ndarray], repaired: dict[str, np.ndarray],
    actions: tuple[NamedRow, ...], revised: tuple[Revision, ...],
) -> Account:  # fmt: skip
    """A reason without rows is left out."""
    mended = {reason: np.flatnonzero(here) for reason, here in repaired.items()}
    named = (first | mended).items()
    examples = [example for reason, rows in named if reason != CUT for example in _examples(reason, rows, received)]
    acted = [Example(reason=CUT, **dict(action)) for action in actions]  # better examples than the rows before them
    otherwise = [
        Example(reason=row.reason, symbol=row.symbol, session=row.session, value=f"{row.rows} bars before it, until {row.since}")
        for row in revised
    ]
    left = len(received) - sum(len(places) for places in first.values())
    return Account(
        rows_in=len(received), rows_out=left, dropped=_counts(first), repaired=_counts(mended),
        examples=[*examples, *acted, *otherwise], revised=revised,
    )  # fmt: skip


def _with_history(account: Account, history: History) -> Account:
    """The account, and what is to be said of where the history begins."""
    said = history.sentences(account.dropped.get(BEFORE, 0))
    begins = [Example(reason=reason, symbol="", session=str(history.first), value=value) for reason, value in said.items()]
    return account.model_copy(update={"examples": (*account.examples, *begins)}) if begins else account


def _counts(rows: dict[str, np.ndarray]) -> dict[str, int]:
    return {reason: len(places) for reason, places in rows.items() if len(places)}


def _examples(reason: str, rows: np.ndarray, received: pa.Table) -> list[Example]:
    def told(row: dict) -> str:
        return " ".join(f"{name} {'missing' if row[name] is None else format(row[name], '.6g')}" for name in FIELDS)

    first = received.take(rows[:EXAMPLES_PER_REASON]).to_pylist()
    return [Example(reason=reason, symbol=row["symbol"], session=str(row["session"]), value=told(row)) for row in first]
