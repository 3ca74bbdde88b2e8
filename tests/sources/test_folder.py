"""A user's own files: common spellings work, and what cannot be read is named by file, line and column."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data import sources
from nightshift.data.sources import Query
from nightshift.data.sources.bar_files import read
from nightshift.data.sources.reading import files_below
from nightshift.errors import ConfigError, NightshiftError, SourceUnreadable
from nightshift.nouns.bars import BAR_ROW

HEAD = "Date,Open,High,Low,Close,Volume\n"
GOOD = HEAD + "2024-01-02,10,11,9,10.5,1000\n2024-01-03,10.5,12,10,11,1100\n"
REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def ask(market, folder: Path, **query: object):
    facts = {"symbols": (), "start": None, "last_session": dt.date(2024, 6, 3), "as_of": sessions.utc("2024-06-04"), **query}
    return sources.fetch(market("folder", folder=str(folder)), Query("XNYS", **facts))


def test_one_file_a_symbol_named_like_it(market, tmp_path):
    (tmp_path / "BRK.B.csv").write_text(GOOD)
    with gzip.open(tmp_path / "AAA.csv.gz", "wt") as file:
        file.write(GOOD)
    bars = ask(market, tmp_path).to_pylist()
    assert [bar["symbol"] for bar in bars] == ["AAA", "AAA", "BRK.B", "BRK.B"]
    assert bars[0]["session"] == dt.date(2024, 1, 2)
    assert bars[0]["adj_factor"] == 1.0
    assert bars[0]["observed_at"].isoformat() == "2024-01-02T21:15:00+00:00"  # assumed: a quarter of an hour after the close


def test_only_the_files_of_the_symbols_asked_are_opened(market, tmp_path):
    (tmp_path / "AAA.csv").write_text(GOOD)
    (tmp_path / "BROKEN.csv").write_text(HEAD + "2024-01-02,x,1,1,1,1\n")
    assert len(ask(market, tmp_path, symbols=("AAA",))) == 2


def test_one_file_for_all_in_parquet_with_its_own_instants(market, tmp_path):
    seen = pd.to_datetime(["2024-01-05T10:00", "2024-01-02T23:00"], utc=True)
    prices = {"open": [1, 2], "high": [2, 3], "low": [1, 1], "close": [1.5, 2.5], "volume": [5, 6], "adj_factor": [0.5, 1.0]}
    frame = pd.DataFrame({"Name": ["B", "A"], "date": pd.to_datetime(["2024-01-03", "2024-01-02"]), **prices, "observed_at": seen})
    frame.to_parquet(tmp_path / "all.parquet")
    bars = ask(market, tmp_path).to_pylist()
    assert [(bar["symbol"], bar["adj_factor"]) for bar in bars] == [("A", 1.0), ("B", 0.5)]
    assert ask(market, tmp_path, as_of=sessions.utc("2024-01-04"), last_session=dt.date(2024, 1, 3))["symbol"].to_pylist() == ["A"]


def test_a_revised_bar_is_the_one_that_was_known_then(market, tmp_path):
    (tmp_path / "A.csv").write_text(
        "date,open,high,low,close,volume,observed_at\n"
        "2024-01-02,1,2,1,1.5,5,2024-01-02T22:00:00Z\n"
        "2024-01-02,1,2,1,1.7,5,2024-01-09 08:00:00\n"
    )
    assert ask(market, tmp_path)["close"].to_pylist() == [1.7]
    assert ask(market, tmp_path, as_of=sessions.utc("2024-01-05"), last_session=dt.date(2024, 1, 4))["close"].to_pylist() == [1.5]


def test_the_exchanges_own_day_counts_whatever_the_zone(market, tmp_path):
    (tmp_path / "T.csv").write_text("Date,Open,High,Low,Close,Adj Close,Volume\n2024-01-04 00:00:00+09:00,1,2,1,2,1.5,5\n")
    bar = ask(market, tmp_path).to_pylist()[0]
    assert (bar["session"], bar["adj_factor"]) == (dt.date(2024, 1, 4), 0.75)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2024-01-03,10,eleven,9,10,5", ("line 3", "High", "eleven")),
        ("2024-13-03,10,11,9,10,5", ("line 3", "Date", "2024-13-03")),
        ("03/01/2024,10,11,9,10,5", ("line 3", "Date", "03/01/2024")),
        ("2024-01-03,10,11", ("line 3", "6 columns")),
    ],
)
def test_an_unreadable_line_is_named(market, tmp_path, line, told):
    (tmp_path / "A.csv").write_text(HEAD + "2024-01-02,10,11,9,10.5,1000\n" + line + "\n")
    with pytest.raises(SourceUnreadable) as failure:
        ask(market, tmp_path)
    for part in ("A.csv", *told):
        assert part in str(failure.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("A.csv", "Date,Open,High,Low,Volume\n", "no close"),
        ("A.csv", "", "an empty file"),
        ("A.csv", b"\xff\xfe\x00Date", "UTF-8"),
        ("A.parquet", b"PAR1 and then nothing", "Parquet"),
        ("A.parquet", b"", "Parquet"),
        ("A.csv.gz", b"not gzip", "gzip"),
        ("notes.txt", "hello", r"'hello' in line 1.*ignore: .'notes.txt'"),
        ("desktop.ini", "[x]", "only desktop.ini"),
        ("A.xlsx", b"PK", "found .xlsx"),
    ],
)
def test_a_file_that_is_no_bars_is_named(market, tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceUnreadable, match=told):
        ask(market, tmp_path)


def test_a_missing_and_an_empty_folder_say_what_to_do(market, tmp_path):
    with pytest.raises(ConfigError, match="create it and put"):
        ask(market, tmp_path / "nowhere")
    with pytest.raises(SourceUnreadable, match="an empty folder"):
        ask(market, tmp_path)


def test_a_relative_folder_is_one_of_the_project():
    assert all("markets" not in str(file) for file in files_below("tests/recorded/folder").read)


@settings(max_examples=60, deadline=None)
@given(cut=st.floats(0, 1), flip=st.integers(0, 2**31), how=st.sampled_from(["truncated", "flipped", "zeroed"]))
def test_a_damaged_parquet_file_is_refused_or_reads_as_the_columns_it_has(tmp_path_factory, cut, flip, how):
    """Never a crash, and never another error than ours: what a flip inside a value does is for the checksums to find."""
    place = tmp_path_factory.mktemp("damaged")
    days = sessions.between("XNYS", dt.date(2024, 1, 2), dt.date(2024, 3, 1))
    whole = pd.DataFrame({"date": days, "open": 1.0, "high": 2.0, "low": 0.5, "close": np.linspace(1, 2, len(days)), "volume": 5.0})
    whole.to_parquet(place / "A.parquet")
    raw = bytearray((place / "A.parquet").read_bytes())
    at = int(cut * (len(raw) - 1))
    if how == "truncated":
        raw = raw[:at]
    elif how == "zeroed":
        raw[at : at + 512] = bytes(len(raw[at : at + 512]))
    else:
        raw[at] ^= 1 << (flip % 8)
    (place / "A.parquet").write_bytes(raw)
    try:
        bars = read(place / "A.parquet", "XNYS")
    except NightshiftError:
        return
    assert bars.column_names == list(BAR_ROW)


@pytest.mark.realdata
@pytest.mark.skipif(not REAL.is_dir(), reason="the real market data folder is not here")
@pytest.mark.parametrize("name", ["4063-T-1d-bad-stock-split", "AET-L-1d-100x-error", "KAP-IL-1d-bad-div", "CALM-1d-no-bad-divs"])
def test_files_as_yahoo_gives_them_are_read(name):
    file = REAL / "yahoo_defects" / f"{name}.csv"
    theirs = pd.read_csv(file)
    ours = read(file, "XNYS").to_pandas()
    assert [str(day) for day in ours.session] == theirs.iloc[:, 0].str[:10].tolist()
    np.testing.assert_array_equal(ours.close, theirs.Close)
    np.testing.assert_allclose(ours.close * ours.adj_factor, theirs["Adj Close"], rtol=1e-12)
