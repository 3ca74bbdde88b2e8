"""Bars from MongoDB: one document per symbol, session and version, `observed_at` telling the versions apart.

`{symbol, session (midnight UTC), open, high, low, close, volume, adj_factor?, observed_at}`, unique on the first two and the
last. A revised bar is a second document, so that a night of the past still sees what that night saw.
"""

from __future__ import annotations

import datetime as dt
import logging
import warnings
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, Field

from nightshift.config import Closed
from nightshift.data.sources.documents.bson_rows import rows
from nightshift.data.sources.documents.mongo_batches import batches, is_one_server
from nightshift.data.sources.documents.mongo_place import readable
from nightshift.data.sources.mongo_connection import connected, redacted, resolved
from nightshift.data.sources.source import Query, Source
from nightshift.errors import ConfigError, SourceUnreadable
from nightshift.nouns.bars import BAR_ROW, FIELDS

if TYPE_CHECKING:
    import pyarrow as pa
    from pymongo.collection import Collection

LOG = logging.getLogger("nightshift")
BATCHES_A_LINE = 10  # of a long read: every half a million bars
KEY = ("symbol", "session", "observed_at")


class Params(Closed):
    """Which server and collection. `uri: env:NAME` reads the address, and with it the password, from the environment.

    Without `database` it is the one of the address, else `nightshift`; without `collection` the one named like the market: where
    `nightshift ingest` writes. A read may take as long as it takes, while each of its parts comes within `answer_timeout_seconds`.
    """

    uri: str = Field("env:NIGHTSHIFT_MONGO_URI", min_length=1)
    database: str = ""
    collection: str = ""
    connect_timeout_seconds: float = Field(
        5.0, gt=0, le=9, validation_alias=AliasChoices("connect_timeout_seconds", "timeout_seconds")
    )  # a clear error within ten seconds; the second name is of market files of earlier versions
    answer_timeout_seconds: float = Field(300.0, gt=0)
    batch_rows: int = Field(50_000, ge=1)


def fetch(params: Params, query: Query) -> pa.Table:
    """The bars that the query asks for, filtered by the server and built into Arrow without an object per row."""
    uri = resolved(params.uri)
    if uri == params.uri and redacted(uri) != uri:
        raise ConfigError(
            expected="`uri: env:NAME` in the market file, with the password in the environment", found="a password in the file",
            next_step="export NIGHTSHIFT_MONGO_URI=… and write `uri: env:NIGHTSHIFT_MONGO_URI`",
        )  # fmt: skip
    with connected(uri, params.connect_timeout_seconds, params.answer_timeout_seconds) as client:
        held = readable(client, query.market, params.database, params.collection)
        bars = read(held, filter_of(query), params.batch_rows)
        if not len(bars):
            _explain_nothing(held)
    return bars


def filter_of(query: Query) -> dict[str, Any]:
    """The query as a MongoDB filter, which the unique index serves."""
    first = {"$gte": midnight(query.start)} if query.start else {}
    wanted: dict[str, Any] = {"session": {**first, "$lte": midnight(query.last_session)}, "observed_at": {"$lte": query.as_of}}
    return {"symbol": {"$in": list(query.symbols)}, **wanted} if query.symbols else wanted


def read(held: Collection, wanted: dict[str, Any], batch_rows: int) -> pa.Table:
    """The matching documents as `BAR_ROW`; a missing `adj_factor` is 1."""
    import pyarrow as pa
    import pyarrow.compute as pc

    instant = pa.timestamp("ms")
    kinds = {"symbol": pa.string(), "session": instant, "observed_at": instant}
    schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in BAR_ROW])
    found = _plain(held, wanted, schema, batch_rows) if is_one_server(held) else None
    if found is None:
        found = _any(held, wanted, schema, batch_rows)
    factor = pc.fill_null(found["adj_factor"], 1.0)
    found = found.set_column(found.column_names.index("adj_factor"), "adj_factor", factor)
    columns = [pc.assume_timezone(found[name], "UTC") if name == "observed_at" else found[name] for name in BAR_ROW]
    return pa.table(
        {name: column.cast(pa.date32()) if name == "session" else column for name, column in zip(BAR_ROW, columns, strict=True)}
    )


def _plain(held: Collection, wanted: dict[str, Any], schema: pa.Schema, batch_rows: int) -> pa.Table | None:
    """Documents of numbers, texts and dates, which is what `ingest` writes; none where there are others."""
    import pyarrow as pa

    parts: list[pa.Table] = []
    for batch in batches(held, wanted, BAR_ROW, batch_rows):
        part = rows(batch, schema)
        if part is None:
            return None
        parts.append(part)
        if len(parts) % BATCHES_A_LINE == 0:
            LOG.info("%s: %s bars read so far", held.full_name, f"{sum(map(len, parts)):,}")
    return pa.concat_tables(parts)


def _any(held: Collection, wanted: dict[str, Any], schema: pa.Schema, batch_rows: int) -> pa.Table:
    """Documents of whatever types: what can be converted is, and what cannot is an error that says so."""
    with warnings.catch_warnings():  # built against pyarrow 25.0.0; 25.0.1 only appended to these objects
        warnings.filterwarnings("ignore", message=r"pyarrow\.lib\.\w+ size changed", category=RuntimeWarning)
        from pymongoarrow.api import Schema, find_arrow_all
    from pymongoarrow.errors import PyMongoArrowError

    try:
        return find_arrow_all(held, wanted, schema=Schema({one.name: one.type for one in schema}), batch_size=batch_rows)
    except (PyMongoArrowError, TypeError, ValueError) as error:
        raise SourceUnreadable(
            expected=f"numbers in {', '.join((*FIELDS, 'adj_factor'))} and dates in session, observed_at of {held.full_name}",
            found=" ".join(str(error).split())[:300], next_step="correct those documents, or ingest the bars again",
        ) from None  # fmt: skip


def midnight(day: dt.date) -> dt.datetime:
    """A session as MongoDB keeps it."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _explain_nothing(held: Collection) -> None:
    """No bar matched: where there are bars of other days that is an answer; documents of another shape are named."""
    one = held.find_one({})
    missing = [name for name in (*KEY, *FIELDS) if one is not None and name not in one]
    odd = [
        name for name in ("session", "observed_at") if one is not None and name not in missing and not isinstance(one[name], dt.datetime)
    ]
    if missing or odd:
        found = ", ".join([f"no {name}" for name in missing] + [f"{name} as {type(one[name]).__name__}" for name in odd]) if one else ""
        raise SourceUnreadable(
            expected=f"documents with {', '.join(BAR_ROW)} in {held.full_name}, session and observed_at as dates", found=found,
            next_step="ingest the bars with `nightshift ingest`, or rename the fields",
        )  # fmt: skip


SOURCE = Source("mongo", Params, fetch)
