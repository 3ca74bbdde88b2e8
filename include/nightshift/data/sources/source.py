"""What a source is, what it is asked, and the one shape that every answer must have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift import sessions
from nightshift.config import Closed
from nightshift.data.sources.payouts import noted, with_notes
from nightshift.errors import SourceUnreadable
from nightshift.nouns.bars import BAR_ROW, FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

# A bar is taken to be known this long after its session's close, where the data does not say when it was first seen.
ASSUMED_DELAY_MINUTES = 15
MOST_DAYS = 1 << 20


@dataclass(frozen=True)
class Query:
    """Which bars are wanted, and as of when: only what could be known at `as_of` may be answered."""

    calendar: str
    symbols: tuple[str, ...]  # empty: all
    start: dt.date | None  # None: from the first bar
    last_session: dt.date
    as_of: dt.datetime
    market: str = ""  # whose bars; where a source has a place of its own for each market


@dataclass(frozen=True)
class Source:
    """A way to get bars: its parameters and one verb."""

    name: str
    Params: type[Closed]
    fetch: Callable[[Any, Query], pa.Table]  # (params, query) -> BAR_ROW columns, in any order of rows


def bar_schema() -> pa.Schema:
    """The types of `BAR_ROW` as Arrow."""
    import pyarrow as pa

    kinds = {"symbol": pa.string(), "session": pa.date32(), "observed_at": pa.timestamp("us", tz="UTC")}
    return pa.schema([pa.field(name, kinds.get(name, pa.float64())) for name in BAR_ROW])


def observed_after_close(calendar: str, days: np.ndarray, delay_minutes: int = ASSUMED_DELAY_MINUTES) -> np.ndarray:
    """When bars of these sessions could first be known: the close plus a delay, as UTC datetime64[us]."""
    unique, place = _distinct(days.astype("datetime64[D]"))
    return (sessions.closes_of(calendar, unique) + np.timedelta64(delay_minutes, "m"))[place]


def _distinct(days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The days there are, ascending, and the place of each row among them; without sorting where they lie near each other."""
    number = days.astype(np.int64)
    if not len(days) or np.isnat(days).any() or int(number.max()) - int(number.min()) > MOST_DAYS:
        return np.unique(days, return_inverse=True)
    first = number.min()
    there = np.zeros(int(number.max() - first) + 1, dtype=bool)
    there[number - first] = True
    return (first + np.flatnonzero(there)).astype("datetime64[D]"), (np.cumsum(there) - 1)[number - first]


def checked_against(query: Query, found: pa.Table, source: str) -> pa.Table:
    """The source's answer, cast, cut to what `query` asked and could know, latest version of each bar, sorted."""
    return with_notes(_as_known(_cut(_cast(found, source), query)), noted(found))


def _cast(found: pa.Table, source: str) -> pa.Table:
    import pyarrow as pa

    missing = [name for name in BAR_ROW if name not in found.column_names]
    if missing:
        raise _wrong_shape(source, f"no column {', '.join(missing)} (columns: {', '.join(found.column_names)})")
    try:
        bars = found.select(BAR_ROW).cast(bar_schema())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        types = ", ".join(f"{field.name} {field.type}" for field in found.schema)
        raise _wrong_shape(source, f"{types}: {error}") from None
    for name in ("symbol", "session", "observed_at"):
        if bars[name].null_count:
            raise _wrong_shape(source, f"{bars[name].null_count} of {len(bars)} rows without {name}")
    return bars


def _cut(bars: pa.Table, query: Query) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pc.and_(
        pc.less_equal(bars["observed_at"], pa.scalar(query.as_of, bars.schema.field("observed_at").type)),
        pc.less_equal(bars["session"], pa.scalar(query.last_session)),
    )
    if query.start is not None:
        wanted = pc.and_(wanted, pc.greater_equal(bars["session"], pa.scalar(query.start)))
    if query.symbols:
        wanted = pc.and_(wanted, pc.is_in(bars["symbol"], pa.array(query.symbols, pa.string())))
    return bars if pc.all(wanted).as_py() else bars.filter(wanted)


def _as_known(bars: pa.Table) -> pa.Table:
    """Sorted; a bar that was revised is there once, as it was last observed. True duplicates stay for the quality gate."""
    import pyarrow as pa

    symbol, session, seen = _keys(bars)
    if _is_disordered(symbol, session, seen):
        order = np.lexsort((seen, session, symbol))
        bars, symbol, session, seen = bars.take(pa.array(order)), symbol[order], session[order], seen[order]
    same = (symbol[1:] == symbol[:-1]) & (session[1:] == session[:-1])
    if not same.any():
        return bars.combine_chunks()
    run = np.concatenate([[0], np.cumsum(~same)])
    last_seen = seen[np.append(np.flatnonzero(~same), len(seen) - 1)]
    return bars.filter(pa.array(seen == last_seen[run])).combine_chunks()


def _keys(bars: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The sort keys as integers; symbols are ranked by name."""
    encoded = bars["symbol"].combine_chunks().dictionary_encode()
    names = np.array(encoded.dictionary.to_pylist(), dtype=object)
    rank = np.empty(len(names), dtype=np.int32)
    rank[np.argsort(names, kind="stable")] = np.arange(len(names))
    symbol = rank[encoded.indices.to_numpy(zero_copy_only=False)]
    session = bars["session"].to_numpy().astype("datetime64[D]").astype(np.int64)
    seen = bars["observed_at"].to_numpy().astype("datetime64[us]").astype(np.int64)
    return symbol, session, seen


def _is_disordered(symbol: np.ndarray, session: np.ndarray, seen: np.ndarray) -> bool:
    later = (np.diff(symbol) > 0) | ((np.diff(symbol) == 0) & ((np.diff(session) > 0) | ((np.diff(session) == 0) & (np.diff(seen) >= 0))))
    return not later.all()


def _wrong_shape(source: str, found: str) -> SourceUnreadable:
    numbers = ", ".join((*FIELDS, "adj_factor"))
    expected = f"bars from source {source!r} with symbol (text), session (date), {numbers} (numbers), observed_at (instant)"
    return SourceUnreadable(expected=expected, found=found, next_step="rename or convert the columns at the source")
