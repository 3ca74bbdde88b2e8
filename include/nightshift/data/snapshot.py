"""What was known at `as_of`, written once: content-addressed bars with a manifest. Same bars, same address."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import membership, sources
from nightshift.data.sources import Query
from nightshift.data.sources.mongo_connection import redacted
from nightshift.data.sources.payouts import joined, with_notes
from nightshift.data.sources.source import bar_schema, checked_against
from nightshift.errors import ConfigError, SourceUnreadable
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.snapshot_record import Asked, SnapshotRecord
from nightshift.nouns.universe_record import UniverseRecord
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_A_GROUP = 1 << 15  # some dozens of symbols: who needs a few of them does not read all
OVERLAP_SESSIONS = 10  # read again by an incremental snapshot: late and corrected bars arrive within days


def take(market: Market, as_of: dt.datetime, symbols: tuple[str, ...] = (), full: bool = True) -> str:
    """Read the market's source as of `as_of` and keep it; returns `<market>/snapshots/<sha16>`.

    With `full=False` only what is newer than the latest earlier snapshot of the same source is read, and appended.
    """
    query, market = Query(market.calendar, symbols, None, sessions.last_closed(market.calendar, as_of), as_of), sources.pinned(market)
    earlier = None if full else _latest(market, query)
    bars = sources.fetch(market, query) if earlier is None else _appended(market, query, earlier)
    _refuse_nothing(market, query, bars)
    universe = membership.read_until(market.universe, query.last_session)
    content = _content(bars) if universe is None else store.fingerprint([_content(bars), universe.facts()])

    def fill(folder: Path) -> None:
        _fill(folder, market, query, bars, content)
        if universe is not None:
            universe.write(folder)

    return store.write(addresses.snapshot(market.market, content[:16]), fill)


def table(where: str) -> pa.Table:
    """The bars of a snapshot, verified against its seal: `BAR_ROW` columns, sorted by symbol and session."""
    import pyarrow.parquet as pq

    return pq.read_table(store.open_folder(where) / "bars.parquet", partitioning=None)


def universe(where: str) -> UniverseRecord | None:
    """Who belonged to the market, as it was known when a snapshot was taken; none: everybody with a bar did."""
    folder = store.open_folder(where)
    return UniverseRecord.read(folder) if (folder / UniverseRecord.FILE).is_file() else None


def bars(rows: pa.Table) -> Bars:
    """Rows as arrays symbols × sessions, adjusted: price × adj_factor, volume ÷ adj_factor; NaN where there is no row."""
    encoded = rows["symbol"].combine_chunks().dictionary_encode()
    names = np.array(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(names)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    days, session = _axis(rows["session"].to_numpy().astype("datetime64[D]"))
    place = rank[encoded.indices.to_numpy(zero_copy_only=False)] * len(days) + session
    factor = rows["adj_factor"].to_numpy()
    arrays = {}
    for name in FIELDS:
        values = rows[name].to_numpy()
        flat = np.full(len(names) * len(days), np.nan)
        flat[place] = values / factor if name == "volume" else values * factor
        flat.flags.writeable = False  # bars keep what nobody can write to, and copy the rest
        arrays[name] = flat.reshape(len(names), len(days))
    return Bars(symbols=tuple(names[order].tolist()), sessions=days, **arrays)


def _axis(session: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sessions there are, ascending, and the place of each row among them; without sorting the rows."""
    if not len(session):
        return session, np.zeros(0, dtype=np.int64)
    day = (session - session.min()).astype(np.int64)
    there = np.zeros(int(day.max()) + 1, dtype=bool)
    there[day] = True
    return session.min() + np.flatnonzero(there), (np.cumsum(there) - 1)[day]


def _latest(market: Market, query: Query) -> tuple[str, SnapshotRecord] | None:
    """The newest snapshot of the same question that this night may know: nothing in it was observed after `as_of`."""
    asked, found = _asked(market, query), []
    for where in store.children(addresses.snapshots(market.market)):
        kept = SnapshotRecord.read(store.path(where))
        known_then = kept.observed_at_high_water <= _stamp(query.as_of) and kept.last_session <= query.last_session
        if kept.source == asked and known_then:
            found.append((where, kept))
    return max(found, key=lambda one: (one[1].last_session, one[1].observed_at_high_water, one[0]), default=None)


def _appended(market: Market, query: Query, earlier: tuple[str, SnapshotRecord]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    where, kept = earlier
    held = table(where)
    days = sessions.between(market.calendar, kept.first_session, kept.last_session)
    start = days[max(len(days) - OVERLAP_SESSIONS, 0)].item()
    fresh = sources.fetch(market, Query(query.calendar, query.symbols, start, query.last_session, query.as_of))
    both = with_notes(pa.concat_tables([held.filter(pc.less(held["session"], pa.scalar(start))), fresh]), joined((held, fresh)))
    return checked_against(query, both, "snapshot")


def _refuse_nothing(market: Market, query: Query, found: pa.Table) -> None:
    kind, until = market.source["kind"], f"up to {query.last_session}, known at {query.as_of.isoformat()}"
    if not len(found):
        asked = f" of {', '.join(query.symbols)}" if query.symbols else ""
        raise SourceUnreadable(
            expected=f"bars{asked} of market {market.market} from source {kind!r} {until}",
            found="none", next_step="choose an as-of after the first bar, or check the source and its symbols",
        )  # fmt: skip
    missing = sorted(set(query.symbols) - set(found["symbol"].unique().to_pylist()))
    if missing:
        raise ConfigError(
            expected=f"symbols that source {kind!r} of market {market.market} has", found=f"no bar of {', '.join(missing)}",
            next_step="correct the symbols asked for, or ask for all",
        )  # fmt: skip


def _fill(folder: Path, market: Market, query: Query, rows: pa.Table, content: str) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = folder / "bars.parquet"
    pq.write_table(
        rows, file, compression="lz4", use_dictionary=["symbol", "session", "observed_at", "adj_factor"], row_group_size=ROWS_A_GROUP
    )
    span = pc.min_max(rows["session"])
    SnapshotRecord(
        market=market.market, calendar=market.calendar, rows=len(rows), symbols=sorted(rows["symbol"].unique().to_pylist()),
        first_session=span["min"].as_py(), last_session=span["max"].as_py(), source=_asked(market, query),
        observed_at_high_water=_stamp(pc.max(rows["observed_at"]).as_py()), content=content, sha256=store.sha256_of(file),
    ).write(folder)  # fmt: skip


def _asked(market: Market, query: Query) -> Asked:
    """What the source was asked, without secrets and without `as_of`: the same bars are one snapshot on any night."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(inner) for key, inner in value.items()}
        return redacted(value) if isinstance(value, str) else value

    params = sources.params_of(market).model_dump(mode="json")
    return Asked(kind=market.source["kind"], params=clean(params), symbols=query.symbols)


def _content(rows: pa.Table) -> str:
    """sha256 over the values alone, whatever the file format or library version."""
    encoded = rows["symbol"].combine_chunks().dictionary_encode()
    digest = hashlib.sha256("\n".join(encoded.dictionary.to_pylist()).encode())
    digest.update(np.ascontiguousarray(encoded.indices.to_numpy(zero_copy_only=False), dtype="<i4").tobytes())
    for field in bar_schema():
        if field.name == "symbol":
            continue
        values = rows[field.name].to_numpy()
        if values.dtype.kind == "f":
            digest.update(np.ascontiguousarray(np.where(np.isnan(values), np.nan, values), dtype="<f8").tobytes())  # one NaN for all
        else:
            unit = "datetime64[D]" if field.name == "session" else "datetime64[us]"
            digest.update(np.ascontiguousarray(values.astype(unit).astype("<i8")).tobytes())
    return digest.hexdigest()


def _stamp(when: dt.datetime) -> str:
    return when.astimezone(dt.UTC).isoformat(timespec="microseconds")
