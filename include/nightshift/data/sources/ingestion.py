"""Any market's bars into MongoDB: idempotent, unchanged bars are not written, a revised bar becomes a later version."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from typing import TYPE_CHECKING, Any

from nightshift import sessions
from nightshift.config import Market
from nightshift.data.sources import mongo
from nightshift.data.sources.documents.mongo_place import collection_of
from nightshift.data.sources.every_source import fetch
from nightshift.data.sources.mongo_connection import connected, resolved
from nightshift.data.sources.source import Query
from nightshift.errors import ConfigError, SourceUnreachable
from nightshift.nouns.bars import BAR_ROW, FIELDS

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa
    from pymongo.collection import Collection

LOG = logging.getLogger("nightshift")
CHUNK_ROWS = 5_000
TIMEOUT_SECONDS = 9.0
DUPLICATE_KEY = 11000
VALUES = (*FIELDS, "adj_factor")


def ingest_into(market: Market, as_of: dt.datetime, uri: str, start: dt.date | None = None) -> dict[str, int]:
    """Copy what the market's source knows at `as_of` into the collection named like the market, where `kind: mongo` looks for it.

    The database is the one that the address names, else `nightshift`. Running it again writes nothing.
    """
    if market.source["kind"] == "mongo":
        raise ConfigError(
            expected="a market whose source is not MongoDB",
            found=f"market {market.market} reads from MongoDB",
            next_step="name the market to copy from",
        )
    query = Query(market.calendar, (), start, sessions.last_closed(market.calendar, as_of), as_of)
    with connected(resolved(uri), TIMEOUT_SECONDS) as client:
        held = collection_of(client, market.market)
        held.create_index([(name, 1) for name in mongo.KEY], unique=True)
        bars = fetch(market, query)
        known = mongo.read(held, mongo.filter_of(query), CHUNK_ROWS)
        compared = _compared(bars, known, as_of)
        _upsert(held, compared)
    return {state: compared.filter(compared["state"] == state).height for state in ("new", "changed", "unchanged")}


def _compared(bars: pa.Table, known: pa.Table, as_of: dt.datetime) -> pl.DataFrame:
    """The bars with their state: `new`, `changed` (then first observed now, unless the source says when) or `unchanged`."""
    import polars as pl

    instant = pl.Datetime("ms", "UTC")
    ours = pl.DataFrame(pl.from_arrow(bars)).with_columns(pl.col("observed_at").cast(instant))
    ours = ours.unique(["symbol", "session"], keep="last", maintain_order=True)
    theirs = pl.DataFrame(pl.from_arrow(known)).with_columns(pl.col("observed_at").cast(instant))
    theirs = theirs.sort("observed_at").unique(["symbol", "session"], keep="last", maintain_order=True)
    both = ours.join(theirs, on=["symbol", "session"], how="left", suffix="_held", maintain_order="left")
    same = pl.all_horizontal([pl.col(name).eq_missing(pl.col(f"{name}_held")) for name in VALUES])
    state = (
        pl.when(pl.col("observed_at_held").is_null()).then(pl.lit("new")).when(same).then(pl.lit("unchanged")).otherwise(pl.lit("changed"))
    )
    seen = (
        pl.when((state == "changed") & (pl.col("observed_at") <= pl.col("observed_at_held")))
        .then(pl.lit(as_of).cast(instant))
        .otherwise(pl.col("observed_at"))
    )
    return both.with_columns(state=state, observed_at=seen).select(*BAR_ROW, "state")


def _upsert(held: Collection, compared: pl.DataFrame) -> None:
    import polars as pl
    from tqdm import tqdm

    to_write = compared.filter(pl.col("state") != "unchanged").drop("state").with_columns(pl.col("session").cast(pl.Datetime("ms", "UTC")))
    held_already = compared.height - to_write.height
    quiet = LOG.level > logging.INFO  # asked for on the command line
    named = f"ingest {held.full_name}"
    with tqdm(total=compared.height, initial=held_already, unit="bar", desc=named, file=sys.stderr, disable=quiet) as bar:
        for chunk in to_write.iter_slices(CHUNK_ROWS):
            _insert_or_set(held, chunk.to_dicts())
            bar.update(chunk.height)


def _insert_or_set(held: Collection, documents: list[dict[str, Any]]) -> None:
    """Insert; a version that is there already (another run was faster, or the same instant again) gets these values."""
    from pymongo import UpdateOne
    from pymongo.errors import BulkWriteError

    try:
        held.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failures = error.details["writeErrors"]
        other = [failure for failure in failures if failure["code"] != DUPLICATE_KEY]
        if other or error.details["writeConcernErrors"]:
            found = str(other[:1] or error.details["writeConcernErrors"])[:200]
            next_step = "mend the server and run the command again: it goes on where it stopped"
            raise SourceUnreachable(expected=f"{held.full_name} to take every bar", found=found, next_step=next_step) from None
        there = [documents[failure["index"]] for failure in failures]
        held.bulk_write(
            [UpdateOne({name: row[name] for name in mongo.KEY}, {"$set": {name: row[name] for name in VALUES}}) for row in there]
        )
