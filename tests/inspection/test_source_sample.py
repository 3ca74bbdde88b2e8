"""A few bars of every kind of source, read in seconds: what the doctor looks at."""

import datetime as dt

import pytest

from nightshift.config import Market, load_market
from nightshift.data.sources import ingest_into
from nightshift.errors import DataRefused, SourceUnreadable
from nightshift.running.inspection import source_sample

AS_OF = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)


def market(**source) -> Market:
    return load_market("demo").model_copy(update={"market": "few", "source": source})


def test_a_source_without_a_way_to_read_a_little_is_read_whole(monkeypatch):
    monkeypatch.delitem(source_sample._SAMPLED, "simulated")
    taken = source_sample.sample(market(kind="simulated", symbols=2, first_session=dt.date(2026, 11, 16)), AS_OF)
    assert taken.sampled_of == f"all {taken.rows} bars"
    assert set(taken.bars["symbol"].to_pylist()) == {"SIM0000", "SIM0001"}


def test_three_symbols_of_a_large_simulated_market():
    taken = source_sample.sample(market(kind="simulated", symbols=5000, first_session=dt.date(2026, 11, 2)), AS_OF)
    assert taken.sampled_of == "3 of 5000 symbols"
    assert 5000 * 13 <= taken.rows <= 5000 * 14
    assert taken.span == (dt.date(2026, 11, 2), dt.date(2026, 11, 19))


def test_a_few_files_of_a_folder(a_folder):
    taken = source_sample.sample(market(kind="folder", folder=str(a_folder())), AS_OF)
    assert taken.sampled_of in {"5 of 8 files", "6 of 8 files"}  # the largest may be one that was drawn
    assert abs(taken.rows - 8 * 400) < 100
    assert taken.symbols == 8


def test_the_files_of_a_sample_lie_all_over_the_folder_and_are_the_same_ones_every_time():
    names, sizes = [f"S{n:03}.csv" for n in range(200)], [1000] * 200
    sizes[57] = 5000
    places = source_sample._spread(names, sizes)
    assert {0, 57, 199} <= set(places)
    assert len(places) == 6
    assert places == source_sample._spread(names, sizes)
    assert 57 not in source_sample._spread(names, [*sizes[:57], source_sample.LARGEST_BYTES + 1, *sizes[58:]])


def test_one_symbol_of_a_server(mongo_server):
    simulated = market(kind="simulated", symbols=4, first_session=dt.date(2026, 10, 1))
    ingest_into(simulated, AS_OF, f"{mongo_server}/sampled")
    taken = source_sample.sample(market(kind="mongo", uri=mongo_server, database="sampled", collection="few"), AS_OF)
    assert taken.sampled_of == "SIM0000 of 143 documents"
    assert taken.span[1] == dt.date(2026, 11, 19)


def test_a_larger_file_than_a_sample_may_read_is_said(a_folder, monkeypatch):
    monkeypatch.setattr(source_sample, "LARGEST_BYTES", 100)
    with pytest.raises(SourceUnreadable, match="`nightshift inspect` reads them whole"):
        source_sample.sample(market(kind="folder", folder=str(a_folder())), AS_OF)


def test_old_bars_are_refused_with_the_key():
    old = market(kind="simulated", symbols=2, first_session=dt.date(2026, 11, 2))
    taken = source_sample.sample(old, AS_OF)
    source_sample.refuse_too_old(old, taken, AS_OF)
    with pytest.raises(DataRefused, match=r"`quality\.max_data_age_hours`"):
        source_sample.refuse_too_old(old, taken, AS_OF + dt.timedelta(days=30))
