"""Which collection holds a market's bars: one rule for reading and for `ingest`."""

from __future__ import annotations

import difflib
import logging
from typing import TYPE_CHECKING

from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    from pymongo import MongoClient
    from pymongo.collection import Collection

LOG = logging.getLogger("nightshift")
DATABASE = "nightshift"
EARLIER = "bars"  # where the source looked, before it looked where `ingest` writes


def collection_of(client: MongoClient, market: str, database: str = "", collection: str = "") -> Collection:
    """The named database, else the address's own, else `nightshift`; in it the named collection, else the market's own."""
    there = client[database] if database else client.get_default_database(DATABASE)
    return there[collection or market or EARLIER]


def readable(client: MongoClient, market: str, database: str = "", collection: str = "") -> Collection:
    """The collection that the rule names; where nothing was named and it is empty, the one that earlier versions read."""
    named = collection_of(client, market, database, collection)
    if _has_documents(named):
        return named
    places = [] if collection else [named.database[EARLIER], *([] if database else [client[DATABASE][EARLIER]])]
    for earlier in places:
        if _has_documents(earlier):
            LOG.info("%s is empty: read %s, as earlier versions did", named.full_name, earlier.full_name)
            return earlier
    raise _nothing(client, named)


def _has_documents(collection: Collection) -> bool:
    return collection.find_one({}, {"_id": 1}) is not None


def _nothing(client: MongoClient, named: Collection) -> SourceUnreadable:
    """What there is instead of the collection: those of its database, nearest first, or the databases."""
    from pymongo.errors import OperationFailure

    database = named.database
    try:
        collections = sorted(database.list_collection_names())
        databases = [] if collections else sorted(client.list_database_names())
    except OperationFailure:  # a user who may read one collection need not see the others
        collections, databases = [], []
    state = "it is empty" if named.name in collections else "no such collection"
    others = [name for name in collections if name != named.name]
    near = difflib.get_close_matches(named.name, others, n=3, cutoff=0.4) or others[:5]
    if near:
        there = f"; {database.name} has {', '.join(near)}"
    elif databases:
        there = f"; the server's databases: {', '.join(databases[:8])}"
    else:
        there = ""
    return SourceUnreadable(
        expected=f"bars in collection {named.name} of database {database.name}", found=f"{state}{there}",
        next_step="fill it with `nightshift ingest`, or name `database` and `collection` under `source` in the market file",
    )  # fmt: skip
