"""Bars out of MongoDB: this project's source beside pymongo into a DataFrame, from the same server over a real socket.

    .venv/bin/python benchmarks/bench_mongo.py [--symbols 500] [--uri mongodb://…]

Without --uri a server is started that answers with documents encoded beforehand (mongo_replay.py), so that the ratio is of the
clients. With it the bars are ingested into a database of that server, and it is removed at the end. Both ways end with the same
columns and types, sorted; each is timed three times in turn, the medians are compared.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import mongo_replay

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import sources
from nightshift.data.sources import Query
from nightshift.data.sources.mongo import filter_of
from nightshift.nouns.bars import BAR_ROW

FIRST, AS_OF, ROUNDS, GOAL = "2021-11-15", sessions.utc("2026-11-19T22:00"), 3, 3.0
DATABASE = "nightshift_bench"
QUERY = Query("XNYS", (), None, sessions.last_closed("XNYS", AS_OF), AS_OF)


def main() -> None:
    """Prints the seconds of each way and their ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--symbols", type=int, default=500)
    arguments.add_argument("--uri", default="")
    asked = arguments.parse_args()
    simulated = _market({"kind": "simulated", "symbols": asked.symbols, "first_session": FIRST})
    with _filled(simulated, asked.uri) if asked.uri else _replayed(simulated) as address:
        rows = len(_ours(address))  # the first round warms both up
        assert rows == len(_pymongo(address))
        seconds = [(_timed(_ours, address), _timed(_pymongo, address)) for _ in range(ROUNDS)]
    mine, frame = (statistics.median(side) for side in zip(*seconds, strict=True))
    print(f"{rows:,} bars of {asked.symbols} symbols, median of {ROUNDS}, {'a real server' if asked.uri else 'a replaying server'}")
    print(f"kind: mongo, to checked Arrow      {mine:7.2f} s")
    print(f"pymongo, find() to a DataFrame     {frame:7.2f} s")
    print(f"ratio {frame / mine:.1f} (goal: at least {GOAL:g})")


def _ours(address: str):
    return sources.fetch(_market({"kind": "mongo", "uri": address, "collection": "bench"}), QUERY)


def _pymongo(address: str):
    """What a script does: a dictionary for each document, then a frame, sorted."""
    import pandas as pd
    import pymongo

    with pymongo.MongoClient(address) as client:
        cursor = client.get_default_database()["bench"].find(filter_of(QUERY), {"_id": 0, **dict.fromkeys(BAR_ROW, 1)})
        frame = pd.DataFrame(list(cursor), columns=list(BAR_ROW))
    return frame.sort_values(["symbol", "session", "observed_at"], ignore_index=True)


def _timed(way: Callable[[str], object], address: str) -> float:
    clock = time.perf_counter()
    way(address)
    return time.perf_counter() - clock


def _market(source: dict) -> Market:
    facts = {"market": "bench", "title": "Bench", "calendar": "XNYS", "families": [{"name": "logistic"}]}
    return Market.model_validate({**facts, "source": source})


@contextmanager
def _replayed(simulated: Market) -> Iterator[str]:
    import polars as pl

    bars = pl.DataFrame(pl.from_arrow(sources.fetch(simulated, QUERY))).with_columns(pl.col("session").cast(pl.Datetime("ms", "UTC")))
    with mongo_replay.serving(bars.to_dicts()) as uri:
        yield f"{uri}/{DATABASE}"


@contextmanager
def _filled(simulated: Market, uri: str) -> Iterator[str]:
    import pymongo

    address = f"{uri.rstrip('/')}/{DATABASE}"
    sources.ingest_into(simulated, AS_OF, address)
    try:
        yield address
    finally:
        with pymongo.MongoClient(address) as client:
            client.drop_database(DATABASE)


if __name__ == "__main__":
    main()
