"""MongoDB over a real socket: filters, types, versions, idempotent ingestion, and a server that is not there."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pymongo
import pytest

from nightshift import sessions
from nightshift.data import snapshot, sources
from nightshift.data.sources import Query, ingestion
from nightshift.data.sources.mongo import filter_of, midnight
from nightshift.errors import ConfigError, SourceUnreachable, SourceUnreadable

AS_OF = sessions.utc("2024-03-01T22:00")
LATER = sessions.utc("2024-03-02T09:00")
DAY = dt.date(2024, 1, 3)


@pytest.fixture
def database(mongo_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of this test's own."""
    name = f"test_{abs(hash(request.node.nodeid)) % 10**9}"
    yield name
    with pymongo.MongoClient(mongo_server) as client:
        client.drop_database(name)


@pytest.fixture
def small(market):
    return market("simulated", symbols=3, first_session="2024-01-02")


@pytest.fixture
def there(market, mongo_server, database):
    return market("mongo", uri=mongo_server, database=database, collection="small")


@pytest.fixture
def held(mongo_server, database):
    with pymongo.MongoClient(mongo_server, tz_aware=True) as client:
        yield client[database]["small"]


def query(**changes: object) -> Query:
    facts = {"calendar": "XNYS", "symbols": (), "start": None, "last_session": dt.date(2024, 3, 1), "as_of": AS_OF, **changes}
    return Query(**facts)


def test_ingest_counts_new_changed_and_unchanged_and_shows_progress(small, mongo_server, database, held, capsys):
    uri = f"{mongo_server}/{database}"
    n = len(sources.fetch(small, query()))
    assert sources.ingest_into(small, AS_OF, uri) == {"new": n, "changed": 0, "unchanged": 0}
    assert sources.ingest_into(small, AS_OF, uri) == {"new": 0, "changed": 0, "unchanged": n}
    assert f"{n}/{n}" in capsys.readouterr().err
    assert held.count_documents({}) == n
    assert any(index.get("unique") and len(index["key"]) == 3 for index in held.index_information().values())


def test_a_copy_is_the_same_snapshot_as_the_source_itself(small, there, mongo_server, database, nightshift_home):
    sources.ingest_into(small, AS_OF, f"{mongo_server}/{database}")
    assert snapshot.take(there, AS_OF) == snapshot.take(small, AS_OF)


def test_a_revised_bar_becomes_a_later_version_and_the_old_night_still_sees_the_old_one(small, there, mongo_server, database, held):
    uri = f"{mongo_server}/{database}"
    sources.ingest_into(small, AS_OF, uri)
    held.update_one({"symbol": "SIM0001", "session": midnight(DAY)}, {"$set": {"close": 1.0}})  # as a vendor once had it
    assert sources.ingest_into(small, LATER, uri)["changed"] == 1
    assert sources.ingest_into(small, LATER, uri)["changed"] == 0
    assert held.count_documents({"symbol": "SIM0001", "session": midnight(DAY)}) == 2
    then, now = (sources.fetch(there, query(symbols=("SIM0001",), last_session=DAY, as_of=when)).to_pylist()[-1] for when in (AS_OF, LATER))
    assert then["close"] == 1.0
    assert now["close"] != 1.0
    assert now["observed_at"] == LATER


def test_ingest_finishes_what_another_run_began(small, there, mongo_server, database, held):
    uri = f"{mongo_server}/{database}"
    sources.ingest_into(small, AS_OF, uri)
    everything = sources.fetch(there, query())
    held.delete_many({"symbol": "SIM0002"})
    counts = sources.ingest_into(small, AS_OF, uri)
    assert counts["new"] == everything["symbol"].to_pylist().count("SIM0002")
    assert sources.fetch(there, query()).equals(everything)


def test_two_ingests_at_once_leave_one_copy(small, there, mongo_server, database, held):
    uri, failures = f"{mongo_server}/{database}", []

    def run() -> None:
        try:
            sources.ingest_into(small, AS_OF, uri)
        except SourceUnreachable as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sources.fetch(there, query()).equals(sources.fetch(small, query()))
    assert held.count_documents({}) == len(sources.fetch(small, query()))


def test_ingest_from_a_start(small, mongo_server, database):
    counts = sources.ingest_into(small, AS_OF, f"{mongo_server}/{database}", dt.date(2024, 2, 1))
    assert counts["new"] == len(sources.fetch(small, query(start=dt.date(2024, 2, 1))))


def test_the_server_filters(there, held):
    asked = query(symbols=("A", "B"), start=DAY)
    assert filter_of(asked) == {
        "symbol": {"$in": ["A", "B"]},
        "session": {"$gte": midnight(DAY), "$lte": midnight(dt.date(2024, 3, 1))},
        "observed_at": {"$lte": AS_OF},
    }
    assert "symbol" not in filter_of(query())


def test_whole_numbers_and_a_missing_factor_are_fine_and_text_is_not(there, held):
    bar = {"symbol": "A", "session": midnight(DAY), "open": 10, "high": 12, "low": 9, "close": 11.5, "volume": 100, "observed_at": LATER}
    held.insert_one({**bar, "observed_at": AS_OF})
    found = sources.fetch(there, query()).to_pylist()
    assert (found[0]["open"], found[0]["adj_factor"]) == (10.0, 1.0)
    held.update_one({}, {"$set": {"close": "11,5"}})
    with pytest.raises(SourceUnreadable, match="string"):
        sources.fetch(there, query())


TEXT_DATES = {"symbol": "A", "session": "2024-01-03", "observed_at": "x"}


@pytest.mark.parametrize(("document", "told"), [({"ticker": "A"}, "no symbol, no session"), (TEXT_DATES, "session as str")])
def test_documents_of_another_shape_are_named(there, held, document, told):
    numbers = dict.fromkeys(("open", "high", "low", "close", "volume"), 1.0) if "session" in document else {}
    held.insert_one({**document, **numbers})
    with pytest.raises(SourceUnreadable, match=told):
        sources.fetch(there, query())


def test_no_bar_of_these_days_is_an_empty_answer(small, there, mongo_server, database):
    sources.ingest_into(small, AS_OF, f"{mongo_server}/{database}")
    assert len(sources.fetch(there, query(last_session=dt.date(2023, 1, 3)))) == 0


def test_what_ingest_wrote_is_what_a_market_of_that_name_reads_with_nothing_named(small, market, mongo_server, database, held):
    sources.ingest_into(small, AS_OF, f"{mongo_server}/{database}")
    same = market("mongo", name="small", uri=f"{mongo_server}/{database}")
    assert sources.fetch(same, query()).equals(sources.fetch(small, query()))


@pytest.mark.parametrize("where", ["the address's database", "nightshift"])
def test_bars_where_earlier_versions_looked_are_still_read(small, market, mongo_server, database, where, caplog):
    sources.ingest_into(small, AS_OF, f"{mongo_server}/{database}")
    with pymongo.MongoClient(mongo_server) as client:
        place = client["nightshift" if where == "nightshift" else database]["bars"]
        place.insert_many(list(client[database]["small"].find()))
        earlier = market("mongo", name="other", uri=f"{mongo_server}/{database}")
        with caplog.at_level("INFO", "nightshift"):
            bars = sources.fetch(earlier, query())
        place.drop()
    assert bars.equals(sources.fetch(small, query()))
    assert f"{database}.other is empty: read {place.full_name}" in caplog.text


def test_a_collection_that_is_not_there_is_named_with_what_there_is_instead(small, market, mongo_server, database, held):
    uri = f"{mongo_server}/{database}"
    sources.ingest_into(small, AS_OF, uri)
    with pytest.raises(SourceUnreadable, match=f"collection smal of database {database}; found no such collection; {database} has small"):
        sources.fetch(market("mongo", uri=uri, collection="smal"), query())
    held.delete_many({})
    with pytest.raises(SourceUnreadable, match=f"collection small of database {database}; found it is empty"):
        sources.fetch(market("mongo", uri=uri), query())
    with pytest.raises(SourceUnreadable, match=r"no such collection; the server's databases: .*next: fill it with `nightshift ingest`"):
        sources.fetch(market("mongo", uri=mongo_server, database="no_such_database"), query())


def test_the_address_may_come_from_the_environment_and_a_password_may_not_be_in_the_file(market, monkeypatch, mongo_server):
    with pytest.raises(ConfigError, match="environment variable NO_SUCH_VARIABLE"):
        sources.fetch(market("mongo", uri="env:NO_SUCH_VARIABLE"), query())
    with pytest.raises(ConfigError, match="a password in the file") as failure:
        sources.fetch(market("mongo", uri="mongodb://quant:s3cret@127.0.0.1:1"), query())
    assert "s3cret" not in str(failure.value)
    monkeypatch.setenv("THE_MONGO", mongo_server)
    with pytest.raises(SourceUnreadable, match="of database no_such_database"):
        sources.fetch(market("mongo", uri="env:THE_MONGO", database="no_such_database"), query())
    with pytest.raises(ConfigError, match="a MongoDB address"):
        sources.fetch(market("mongo", uri="http://127.0.0.1"), query())


def test_mongo_is_not_copied_onto_itself(there, mongo_server):
    with pytest.raises(ConfigError, match="reads from MongoDB"):
        sources.ingest_into(there, AS_OF, mongo_server)


def _silent(connection: socket.socket, over: threading.Event) -> None:
    over.wait(20)


def _reset(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(10)


def _drips(connection: socket.socket, over: threading.Event) -> None:
    while not over.wait(0.05):
        connection.sendall(b"\x00")


@pytest.fixture
def broken_server() -> Iterator[Callable[[Callable], int]]:
    """A port where every connection meets this behaviour."""
    over, listeners = threading.Event(), []

    def start(behaviour: Callable[[socket.socket, threading.Event], None]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def meet(connection: socket.socket) -> None:
            with connection:
                try:
                    behaviour(connection, over)
                except OSError:
                    return  # the other side hung up

        def serve() -> None:
            while not over.is_set():
                try:
                    threading.Thread(target=meet, args=(listener.accept()[0],), daemon=True).start()
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    over.set()
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize("behaviour", [None, _silent, _reset, _drips], ids=["refused", "silent", "reset", "dripping"])
def test_a_server_that_does_not_answer_is_a_clear_error_in_time_without_its_password(market, broken_server, behaviour, monkeypatch):
    port = broken_server(behaviour) if behaviour else 1
    monkeypatch.setenv("THE_MONGO", f"mongodb://quant:s3cret@127.0.0.1:{port}/?authSource=admin")
    started = time.monotonic()
    with pytest.raises(SourceUnreachable, match=r"quant:\*\*\*@127\.0\.0\.1") as failure:
        sources.fetch(market("mongo", uri="env:THE_MONGO", timeout_seconds=1), query())
    assert time.monotonic() - started < 5
    assert "s3cret" not in str(failure.value)


def test_a_read_may_take_longer_than_the_greeting_but_not_for_ever(small, market, mongo_server, database, broken_server, held):
    sources.ingest_into(small, AS_OF, f"{mongo_server}/{database}")
    behind = int(mongo_server.rsplit(":", 1)[1])

    def slow(connection: socket.socket, over: threading.Event) -> None:
        with socket.create_connection(("127.0.0.1", behind)) as server:
            while asked := connection.recv(1 << 16):
                server.sendall(asked)
                answer = server.recv(1 << 20)
                over.wait(0.5 if b"firstBatch" in answer or b"nextBatch" in answer else 0)
                connection.sendall(answer)

    asked = {"uri": f"mongodb://127.0.0.1:{broken_server(slow)}", "database": database, "connect_timeout_seconds": 0.3, "batch_rows": 60}
    bars = sources.fetch(market("mongo", **asked), query())
    assert bars.equals(sources.fetch(small, query()))
    with pytest.raises(SourceUnreachable, match=r"0\.2 s for each part of a read"):
        sources.fetch(market("mongo", **asked, answer_timeout_seconds=0.2), query())


def test_the_connect_timeout_is_not_one_of_reading_and_its_earlier_name_is_understood(market):
    asked = sources.params_of(market("mongo", timeout_seconds=1))
    assert (asked.connect_timeout_seconds, asked.answer_timeout_seconds) == (1, 300)


def test_the_promised_ten_seconds_are_kept_by_the_defaults(market, small, monkeypatch):
    assert sources.params_of(market("mongo")).connect_timeout_seconds < 10
    assert ingestion.TIMEOUT_SECONDS < 10
    monkeypatch.setattr(ingestion, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(SourceUnreachable, match=r"127\.0\.0\.1:1 "):
        sources.ingest_into(small, AS_OF, "mongodb://127.0.0.1:1")


def test_the_template_is_a_market_judged_by_the_policy_of_us_stocks(mongo_server, monkeypatch, small, database):
    from nightshift.config import load_market, markets_folder, parse_market
    from nightshift.gates.assayed import policy_of
    from nightshift.running.market_check import check_names

    template = markets_folder() / "templates" / "mongo.yaml"
    market = parse_market(template.read_text(), str(template))
    check_names(market, str(template))
    assert policy_of(market) == policy_of(load_market("us_stocks"))
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", f"{mongo_server}/{database}")
    sources.ingest_into(small.model_copy(update={"market": "us_stocks"}), AS_OF, f"{mongo_server}/{database}")
    assert sources.fetch(market, query()).equals(sources.fetch(small, query()))
