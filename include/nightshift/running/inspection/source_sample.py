"""A few symbols of a market's source, read as a night reads them, in seconds however much there is; and how much there is."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nightshift import sessions
from nightshift.data.sources import SOURCES, Query, params_of, reading
from nightshift.data.sources.source import checked_against
from nightshift.errors import DataRefused, SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.config import Market

DRAWN_FILES = 3  # beside the first, the last and the largest
LARGEST_BYTES = 200 << 20  # of one file: a larger one is recognised by its head only
SYMBOLS = 3


@dataclass(frozen=True, eq=False)  # eq=False: a table has no single truth value
class Sample:
    """Some bars of a source as known at an instant, and an estimate of how many there are."""

    bars: pa.Table
    rows: int
    sampled_of: str  # "3 of 505 files"

    @property
    def symbols(self) -> int:
        """How many the source has, if all have as many bars as those of the sample."""
        return max(round(len(self.bars["symbol"].unique()) * self.rows / max(len(self.bars), 1)), 1)

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """The first and last session of the sample."""
        import pyarrow.compute as pc

        ends = pc.min_max(self.bars["session"]).as_py()
        return ends["min"], ends["max"]

    def age_hours(self, calendar: str, as_of: dt.datetime) -> float:
        """From the close of the newest session to `as_of`."""
        return (as_of - sessions.close_of(calendar, self.span[1])).total_seconds() / 3600


def sample(market: Market, as_of: dt.datetime) -> Sample:
    """Read a little of the market's source; what would fail at night fails here with the same words."""
    query = Query(market.calendar, (), None, sessions.last_closed(market.calendar, as_of), as_of, market=market.market)
    params = params_of(market)
    kind = market.source["kind"]
    bars, rows, of = _SAMPLED[kind](params, query) if kind in _SAMPLED else _whole(kind, params, query)
    known = checked_against(query, bars, kind)
    if not len(known):
        raise SourceUnreadable(
            expected=f"bars of {market.market} known at {as_of.isoformat()}", found=f"none in {of}", next_step="choose a later --as-of"
        )
    return Sample(known, rows, of)


def refuse_too_old(market: Market, taken: Sample, as_of: dt.datetime) -> None:
    """Refuse a newest bar that a night of this instant would refuse."""
    age, most = taken.age_hours(market.calendar, as_of), market.quality.max_data_age_hours
    if age > most:
        raise DataRefused(
            expected=f"a newest session closed at most {most:g} hours (`quality.max_data_age_hours`) before {as_of:%Y-%m-%d %H:%M} UTC",
            found=f"{taken.span[1]}, {age:.0f} hours before", next_step=f"bring newer bars, or ask for --as-of {taken.span[1]}",
        )  # fmt: skip


def _of_folder(params: Any, query: Query) -> tuple[pa.Table, int, str]:
    import pyarrow as pa

    files = reading.files_below(params.folder, params.ignore)
    sizes = [file.path.stat().st_size for file in files.read]
    places = _spread([files.name_of(file) for file in files.read], sizes)
    read = [files.read[at] for at in places]
    of = f"{len(read)} of {len(sizes)} files"
    if sizes and not read:
        raise SourceUnreadable(
            expected=f"a file of at most {LARGEST_BYTES >> 20} MiB to sample", found=f"larger ones in {files.place}",
            next_step="`nightshift inspect` reads them whole",
        )  # fmt: skip
    tables: list[pa.Table] = []

    def take(file: reading.BarFile, table: reading.VendorTable) -> None:
        tables.append(reading.bars_of(file, table, query.calendar, params.assumed_delay_minutes))

    reading.refuse(files, reading.read_each(files, read, lambda file: reading.vendor_table(file, params, query.calendar), take))
    rows = sum(map(len, tables))
    sampled = sum(sizes[at] for at in places)
    return pa.concat_tables(tables), round(rows * sum(sizes) / max(sampled, 1)), of


def _spread(names: list[str], sizes: list[int]) -> list[int]:
    """The first file, the last, the largest, and some drawn by their names: the same ones every time, from all over the folder."""
    able = [at for at, size in enumerate(sizes) if size <= LARGEST_BYTES]
    if not able:
        return []
    drawn = sorted(able, key=lambda at: hashlib.sha256(names[at].encode()).digest())[:DRAWN_FILES]
    return sorted({able[0], able[-1], max(able, key=lambda at: sizes[at]), *drawn})


def _of_mongo(params: Any, query: Query) -> tuple[pa.Table, int, str]:
    from nightshift.data.sources.documents.mongo_place import readable
    from nightshift.data.sources.mongo import KEY
    from nightshift.data.sources.mongo_connection import connected, resolved

    with connected(resolved(params.uri), params.connect_timeout_seconds, params.answer_timeout_seconds) as client:
        held = readable(client, query.market, params.database, params.collection)
        documents = int(held.estimated_document_count())
        first = held.find_one({}, {"symbol": True}, sort=[(name, 1) for name in KEY])  # the unique index serves it
    symbols = (str(first["symbol"]),) if first and "symbol" in first else ()
    bars = SOURCES["mongo"].fetch(params, replace(query, symbols=symbols))
    return bars, documents, f"{', '.join(symbols)} of {documents:,} documents"


def _of_yahoo(params: Any, query: Query) -> tuple[pa.Table, int, str]:
    bars = SOURCES["yahoo"].fetch(params, replace(query, symbols=params.symbols[:1]))
    return bars, len(bars) * len(params.symbols), f"1 of {len(params.symbols)} symbols"


def _of_simulated(params: Any, query: Query) -> tuple[pa.Table, int, str]:
    few = params.model_copy(update={"symbols": min(params.symbols, SYMBOLS)})
    bars = SOURCES["simulated"].fetch(few, query)
    return bars, len(bars) * params.symbols // few.symbols, f"{few.symbols} of {params.symbols} symbols"


def _whole(kind: str, params: Any, query: Query) -> tuple[pa.Table, int, str]:
    """A source that no way is known for to read a little: a versioned one is copied once, and a night reads the same copy."""
    bars = SOURCES[kind].fetch(params, query)
    return bars, len(bars), f"all {len(bars):,} bars"


_SAMPLED: dict[str, Callable[[Any, Query], tuple[pa.Table, int, str]]] = {
    "folder": _of_folder, "mongo": _of_mongo, "yahoo": _of_yahoo, "simulated": _of_simulated,
}  # fmt: skip
