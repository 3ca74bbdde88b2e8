"""Signals in MongoDB over a real socket: once however often they are written, marked when taken back, made up for after an outage."""

import datetime as dt

import numpy as np
import pymongo
import pytest

from nightshift.config import Serving
from nightshift.nouns.signals import Signals
from nightshift.release.signals import giving, issued
from nightshift.release.signals.publishing import problem, publish
from nightshift.storage import ledger, store

SYMBOLS = ("AAA", "BBB", "CCC")


@pytest.fixture
def reached(mongo_server, monkeypatch, request):
    """A market whose signals go to a collection of this test's own, and that collection."""
    name = f"test_{abs(hash(request.node.nodeid)) % 10**9}"
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", mongo_server)
    with pymongo.MongoClient(mongo_server, tz_aware=True) as client:
        yield Serving(mongo_collection="signals", mongo_database=name), client[name]["signals"]
        client.drop_database(name)


@pytest.fixture
def give(handmade, kept_signals):
    """Signals of a handmade night, by a version."""

    def written(session: str, version: str = "1.0.0", symbols: tuple[str, ...] = SYMBOLS, **told) -> str:
        night = handmade.night(session, decision="REJECT")
        day = dt.date.fromisoformat(session)
        facts = {"market": handmade.NAME, "night": night.address, "version": version, "session": session, "as_of": night.as_of.isoformat()}
        record = kept_signals("SignalsRecord", **facts, **told)
        score = np.linspace(0.4, 0.8, len(symbols))
        score[0] = np.nan
        said = Signals(day, day + dt.timedelta(days=1), symbols, score, *[np.arange(len(symbols)) / 10] * 5)
        name = version + (issued.DRY_RUN if record.dry_run else "")
        return store.write(night.stage("signals", name), lambda folder: giving.write(record, said, folder))

    return written


def test_a_document_a_market_session_and_symbol_however_often(reached, give, handmade):
    serving, held = reached
    market = handmade.market().model_copy(update={"serving": serving})
    give("2026-11-18")
    give("2026-11-19")
    assert publish(market) == ""
    assert publish(market) == ""
    store.path(f"{handmade.NAME}/signals_published.json").unlink()  # as if the note were lost: written again, and no document more
    assert publish(market) == ""
    assert held.count_documents({}) == 6
    assert any(index.get("unique") and len(index["key"]) == 3 for index in held.index_information().values())
    one = held.find_one({"symbol": "BBB", "session": dt.datetime(2026, 11, 19, tzinfo=dt.UTC)})
    assert (one["version"], one["position"], one["score"], one["withdrawn"]) == ("1.0.0", 0.1, pytest.approx(0.6), False)
    assert str(one["for_session"])[:10] == "2026-12-01"  # this server gives an updated instant back as text
    assert held.find_one({"symbol": "AAA"})["score"] is None


def test_another_version_of_the_same_session_takes_its_place_and_a_dry_run_does_not(reached, give, handmade):
    serving, held = reached
    market = handmade.market().model_copy(update={"serving": serving})
    give("2026-11-19")
    publish(market)
    give("2026-11-19", version="1.0.1", dry_run=True)
    publish(market)
    assert held.distinct("version") == ["1.0.0"]
    give("2026-11-19", version="1.0.1", symbols=SYMBOLS[1:])
    publish(market)
    found = {one["symbol"]: (one["version"], one["withdrawn"]) for one in held.find()}
    assert found == {"AAA": ("1.0.0", True), "BBB": ("1.0.1", False), "CCC": ("1.0.1", False)}


def test_what_a_version_said_is_marked_when_it_is_taken_back(reached, give, handmade, monkeypatch):
    serving, held = reached
    market = handmade.market().model_copy(update={"serving": serving})
    give("2026-11-18", version="1.0.0")
    give("2026-11-19", version="1.0.1")
    assert publish(market) == ""
    gone = [handmade_entry("promote", "1.0.0"), handmade_entry("promote", "1.0.1"), handmade_entry("rollback", "1.0.0")]
    monkeypatch.setattr(ledger, "entries", lambda market: gone)
    assert publish(market) == ""
    assert held.distinct("version", {"withdrawn": True}) == ["1.0.1"]
    assert held.find_one({"version": "1.0.1"})["withdrawn_why"] == "rollback by ann: bad fills"


def handmade_entry(kind: str, version: str) -> ledger.LedgerEntry:
    return ledger.LedgerEntry.model_construct(kind=kind, version=version, who="ann", why="bad fills")


def test_a_server_that_is_down_costs_a_wait_and_is_made_up_for(reached, give, handmade, monkeypatch, mongo_server):
    serving, held = reached
    market = handmade.market().model_copy(update={"serving": serving})
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", "mongodb://bot:hunter22@127.0.0.1:1")
    monkeypatch.setattr("nightshift.release.signals.publishing.CONNECT_SECONDS", 0.2)
    give("2026-11-18")
    assert "127.0.0.1:1" in publish(market)
    assert "127.0.0.1:1" in problem(handmade.NAME)
    assert "hunter22" not in problem(handmade.NAME)
    give("2026-11-19")
    monkeypatch.delenv("NIGHTSHIFT_MONGO_URI")
    assert "NIGHTSHIFT_MONGO_URI" in publish(market)
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", mongo_server)
    assert publish(market) == ""
    assert problem(handmade.NAME) == ""
    assert held.count_documents({}) == 6


def test_nobody_who_did_not_ask_needs_a_server(give, handmade):
    give("2026-11-19")
    assert publish(handmade.market()) == ""
    assert problem(handmade.NAME) == ""
