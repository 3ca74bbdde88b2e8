"""Snapshots: content-addressed, point in time, incremental equal to whole."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data import snapshot, sources
from nightshift.data.sources import Query, Source, bar_files
from nightshift.errors import ConfigError, Damaged, SourceUnreadable
from nightshift.nouns.bars import FIELDS
from nightshift.storage import store

AS_OF = sessions.utc("2024-03-01T22:00")

pytestmark = pytest.mark.usefixtures("nightshift_home")


@pytest.fixture
def small(market):
    return market("simulated", symbols=4, first_session="2024-01-02", missing_session_fraction=0.03)


def facts_of(where: str) -> dict:
    return json.loads((store.open_folder(where) / "snapshot.json").read_text())


def test_the_same_bars_are_one_address_with_the_same_bytes_at_whatever_hour(small, monkeypatch, tmp_path):
    first = snapshot.take(small, AS_OF)
    raw = (store.path(first) / "bars.parquet").read_bytes()
    assert first.startswith("small/snapshots/")
    assert snapshot.take(small, sessions.utc("2024-03-03T09:00")) == first  # a weekend adds nothing
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "elsewhere"))
    assert snapshot.take(small, AS_OF) == first
    assert (store.path(first) / "bars.parquet").read_bytes() == raw
    assert snapshot.take(small, sessions.utc("2024-03-04T22:00")) != first


def test_the_manifest_says_what_is_inside(small):
    where = snapshot.take(small, AS_OF)
    facts, rows = facts_of(where), snapshot.table(where)
    assert facts["rows"] == len(rows)
    assert facts["symbols"] == ["SIM0000", "SIM0001", "SIM0002", "SIM0003"]
    assert (facts["first_session"], facts["last_session"]) == ("2024-01-02", "2024-03-01")
    assert facts["observed_at_high_water"] == "2024-03-01T21:15:00.000000+00:00"
    assert facts["sha256"] == store.sha256_of(store.path(where) / "bars.parquet")
    assert facts["source"]["params"]["symbols"] == 4
    assert "as_of" not in json.dumps(facts)


def test_what_a_night_takes_is_only_what_it_could_know(small):
    noon = sessions.utc("2024-02-15T17:00")
    rows = snapshot.table(snapshot.take(small, noon)).to_pandas()
    assert rows.session.max() == dt.date(2024, 2, 14)
    assert (rows.observed_at <= pd.Timestamp(noon)).all()


@pytest.mark.parametrize("steps", [["2024-02-01", "2024-02-02"], ["2024-01-04", "2024-01-05", "2024-03-01"], ["2024-03-01"]])
def test_an_incremental_snapshot_is_the_whole_one_bit_for_bit(small, steps, monkeypatch, tmp_path):
    grown = [snapshot.take(small, sessions.utc(f"{day}T22:00"), full=False) for day in steps]
    raw = (store.path(grown[-1]) / "bars.parquet").read_bytes()
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "elsewhere"))
    whole = snapshot.take(small, sessions.utc(f"{steps[-1]}T22:00"))
    assert whole == grown[-1]
    assert (store.path(whole) / "bars.parquet").read_bytes() == raw


def test_an_incremental_snapshot_reads_only_what_is_new_and_never_from_the_future(small, monkeypatch):
    asked: list[Query] = []
    simulated = sources.SOURCES["simulated"]

    def spy(params, query):
        asked.append(query)
        return simulated.fetch(params, query)

    monkeypatch.setitem(sources.SOURCES, "simulated", Source("simulated", simulated.Params, spy))
    early = snapshot.take(small, sessions.utc("2024-02-01T22:00"))
    snapshot.take(small, AS_OF)
    snapshot.take(small, sessions.utc("2024-02-02T22:00"), full=False)  # a replay: the later snapshot must not be used
    assert asked[0].start is asked[1].start is None
    assert asked[2].start == dt.date(2024, 1, 19)  # ten sessions before the last one held
    assert facts_of(early)["last_session"] == "2024-02-01"


def test_another_question_is_not_answered_from_an_old_snapshot(small, market):
    snapshot.take(small, sessions.utc("2024-02-01T22:00"))
    other = market("simulated", symbols=4, first_session="2024-01-02", seed=99)
    assert snapshot.take(other, AS_OF, full=False) == snapshot.take(other, AS_OF)
    assert snapshot.take(small, AS_OF, ("SIM0001",), full=False) == snapshot.take(small, AS_OF, ("SIM0001",))


def test_no_secret_is_kept(market, monkeypatch, mongo_server):
    small = market("simulated", symbols=1, first_session="2024-02-20")
    sources.ingest_into(small, AS_OF, f"{mongo_server}/no_secret")
    monkeypatch.setenv("THE_MONGO", mongo_server)
    where = snapshot.take(market("mongo", uri="env:THE_MONGO", database="no_secret", collection="small"), AS_OF)
    assert facts_of(where)["source"]["params"]["uri"] == "env:THE_MONGO"
    assert "127.0.0.1" not in (store.path(where) / "snapshot.json").read_text()


def test_nothing_known_yet_and_symbols_that_are_not_there(small):
    with pytest.raises(SourceUnreadable, match="choose an as-of after the first bar"):
        snapshot.take(small, sessions.utc("2023-06-01"))
    with pytest.raises(SourceUnreadable, match="bars of NOBODY"):
        snapshot.take(small, AS_OF, ("NOBODY",))
    with pytest.raises(ConfigError, match="no bar of NOBODY"):
        snapshot.take(small, AS_OF, ("SIM0001", "NOBODY"))
    assert not store.path("small").exists() or not store.children("small/snapshots")


def test_a_changed_byte_is_found(small):
    where = snapshot.take(small, AS_OF)
    file = store.path(where) / "bars.parquet"
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    with pytest.raises(Damaged, match="changed"):
        snapshot.table(where)


def test_a_wrong_answer_of_a_source_is_named(small, monkeypatch):
    def answer(params, query):
        return pa.table({"symbol": ["A"], "session": [dt.date(2024, 1, 2)], "close": [1.0]})

    monkeypatch.setitem(sources.SOURCES, "simulated", Source("simulated", sources.SOURCES["simulated"].Params, answer))
    with pytest.raises(SourceUnreadable, match=r"no column open, high, low, volume, adj_factor, observed_at"):
        snapshot.take(small, AS_OF)


def test_bars_are_adjusted_and_laid_out_as_a_slow_twin_says(market, tmp_path):
    days = ["2024-01-02", "2024-01-03", "2024-01-05"]
    frame = pd.DataFrame({"symbol": ["B", "A", "A", "B"], "date": [days[0], days[0], days[2], days[1]], "volume": [10.0, 20, 30, 40]})
    frame = frame.assign(
        open=[1.0, 2, 3, 4], high=[2.0, 3, 4, 5], low=[0.5, 1, 2, 3], close=[1.5, 2.5, 3.5, 4.5], adj_factor=[0.5, 1, 1, 0.25]
    )
    frame.to_parquet(tmp_path / "all.parquet")
    rows = snapshot.table(snapshot.take(market("folder", folder=str(tmp_path)), AS_OF))
    bars = snapshot.bars(rows)
    assert bars.symbols == ("A", "B")
    assert bars.sessions.astype(str).tolist() == days
    for name in FIELDS:
        adjusted = frame.assign(value=frame[name] / frame.adj_factor if name == "volume" else frame[name] * frame.adj_factor)
        slow = adjusted.pivot(index="symbol", columns="date", values="value").to_numpy()
        np.testing.assert_array_equal(getattr(bars, name), slow)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_a_vendors_rows_does_not_matter(tmp_path_factory, random):
    place = tmp_path_factory.mktemp("order")
    days = sessions.between("XNYS", dt.date(2024, 1, 2), dt.date(2024, 1, 12))
    rows = [(symbol, str(day), float(price)) for symbol in "CAB" for price, day in enumerate(days, start=1)]
    shuffled = random.sample(rows, len(rows))
    answers = []
    for name, some in (("sorted", sorted(rows)), ("shuffled", shuffled)):
        frame = pd.DataFrame(some, columns=["symbol", "date", "close"]).assign(open=1.0, high=20.0, low=0.5, volume=7.0)
        (place / name).mkdir(exist_ok=True)
        frame.to_parquet(place / name / "all.parquet")
        query = Query("XNYS", (), None, dt.date(2024, 1, 12), AS_OF)
        answers.append(sources.source.checked_against(query, bar_files.read(place / name / "all.parquet", "XNYS"), "folder"))
    assert answers[0].equals(answers[1])


def test_parquet_is_plain_for_everybody(small):
    where = snapshot.take(small, AS_OF)
    assert pq.read_schema(store.path(where) / "bars.parquet").names == list(sources.source.BAR_ROW)
