"""The files that say who belongs to a market: what they mean, and in which words a wrong line is refused."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.config import UniverseFiles
from nightshift.data.membership import read_until
from nightshift.errors import ConfigError
from nightshift.nouns.universe_record import Delisting, Span

LAST = dt.date(2026, 11, 20)


@pytest.fixture
def members(tmp_path):
    def read(text, session=LAST):
        file = tmp_path / "members.csv"
        file.write_text(text)
        return read_until(UniverseFiles(members=str(file)), session)

    return read


@pytest.fixture
def delistings(tmp_path):
    def read(text, session=LAST):
        file = tmp_path / "delistings.csv"
        file.write_text(text)
        return read_until(UniverseFiles(delistings=str(file)), session)

    return read


def refused(read, text):
    with pytest.raises(ConfigError) as error:
        read(text)
    return str(error.value)


def test_several_spans_in_any_order_of_lines_and_columns(members):
    found = members("\ufeffto,symbol,from,note\n,B,2026-01-05,\n2025-03-31,A,2025-01-02,first\n\n2026-06-30,A,2026-02-02,again\n")
    assert found.members == (
        Span(symbol="A", first=dt.date(2025, 1, 2), last=dt.date(2025, 3, 31)),
        Span(symbol="A", first=dt.date(2026, 2, 2), last=dt.date(2026, 6, 30)),
        Span(symbol="B", first=dt.date(2026, 1, 5), last=None),
    )
    assert found.delistings is None


def test_parquet_says_the_same(tmp_path, members):
    table = pa.table({"symbol": ["A"], "from": [dt.date(2025, 1, 2)], "to": pa.array([None], pa.date32())})
    pq.write_table(table, tmp_path / "members.parquet")
    assert read_until(UniverseFiles(members=str(tmp_path / "members.parquet")), LAST) == members("symbol,from,to\nA,2025-01-02,\n")


def test_what_comes_later_is_not_known(members, delistings):
    text = "symbol,from,to\nA,2026-01-05,2026-11-20\nB,2026-11-20,\n"
    before = members(text, dt.date(2026, 11, 19))
    assert before == members("symbol,from,to\nA,2026-01-05,\n", dt.date(2026, 11, 19))
    assert members(text) != before
    lost = delistings("symbol,session,final_return_fraction\nA,2026-11-20,-1\n")
    assert lost.delistings == (Delisting(symbol="A", session=LAST, final_return_fraction=-1.0),)
    assert lost.until(dt.date(2026, 11, 19)).delistings == ()


def test_no_file_is_no_universe():
    assert read_until(None, LAST) is None
    assert read_until(UniverseFiles(), LAST) is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("A,2026-02-02,2026-01-05", "line 2: A from 2026-02-02 is after to 2026-01-05: were the two swapped?"),
        ("A,02/01/2026,", "line 2: A from '02/01/2026' is not a day written YYYY-MM-DD"),
        (",2026-01-05,", "line 2: no symbol"),
        ("A,2026-01-05,\nA,2026-03-02,", "line 3: A from 2026-03-02, when its span of line 2 (2026-01-05 to today) is not over"),
        ("A,2026-01-05,2026-03-02\nA,2026-03-02,", "its span of line 2 (2026-01-05 to 2026-03-02) is not over"),
    ],
)
def test_a_wrong_line_is_named(members, lines, said):
    error = refused(members, f"symbol,from,to\n{lines}\n")
    assert said in error
    assert "members.csv" in error


def test_all_wrong_lines_are_said_at_once(members):
    error = refused(members, "symbol,from,to\nA,x,\nB,y,\nC,2026-01-05,\nD,z,\n")
    assert all(place in error for place in ("line 2: A", "line 3: B", "line 5: D"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("A,2026-02-02,-35", "line 2: A final_return_fraction -35 is below -1, which is everything: -0.35 is meant?"),
        ("A,2026-02-02,-35%", "line 2: A final_return_fraction '-35%' is not a number: -0.35 is meant?"),
        ("A,2026-02-02,", "line 2: A final_return_fraction '' is not a number"),
        ("A,2026-02-02,nan", "is below -1"),
        ("A,2026-02-02,-1\nA,2026-03-02,0", "line 3: A is delisted a second time, after line 2"),
    ],
)
def test_a_wrong_delisting_is_named(delistings, lines, said):
    assert said in refused(delistings, f"symbol,session,final_return_fraction\n{lines}\n")


def test_a_misspelt_column_and_a_missing_file(members, tmp_path):
    assert "was 'simbol' meant for 'symbol'?" in refused(members, "simbol,from,to\nA,2026-01-05,\n")
    assert "no symbol, from, to" in refused(members, "")
    with pytest.raises(ConfigError, match=r"no file .*elsewhere\.csv"):
        read_until(UniverseFiles(members=str(tmp_path / "elsewhere.csv")), LAST)
