"""What a person with a folder is told: every bad file in one message, with the line that settles it or leaves it out."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from nightshift import sessions
from nightshift.data import sources
from nightshift.data.sources import Query
from nightshift.data.sources.reading import BarFile, Settled, opened, recognise, survey
from nightshift.errors import SourceUnreadable

HEAD = "Date,Open,High,Low,Close,Volume\n"
GOOD = HEAD + "2024-01-02,10,11,9,10.5,1000\n2024-01-03,10.5,12,10,11,1100\n2024-01-04,11,12,10.5,11.5,900\n"
REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture
def folder(tmp_path):
    """A folder with these files: `folder({"A.csv": "…"})`."""

    def put(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return put


@pytest.fixture
def ask(market):
    def asked(place: Path, **source: object) -> list[dict]:
        query = Query("XNYS", (), None, dt.date(2024, 7, 1), sessions.utc("2024-07-02"))
        return sources.fetch(market("folder", folder=str(place), **source), query).to_pylist()

    return asked


def test_every_bad_file_is_in_one_message_and_what_it_says_to_write_reads_the_rest(folder, ask):
    place = folder({
        "AAA.csv": GOOD, "README.md": "about", "desktop.ini": "[x]", "notes.csv": "to do,by\nbuy milk,monday\n", "empty.csv": "",
        "HEADER.csv": HEAD, "BAD.csv": GOOD.replace("12,10,11", "twelve,10,11"), "book.xlsx": b"PK",
    })  # fmt: skip
    with pytest.raises(SourceUnreadable) as refused:
        ask(place)
    told = str(refused.value)
    for part in (
        "5 of 6",
        "'to do,by' in line 1",
        "an empty file",
        "a header without rows",
        "line 3, column 'High'; found 'twelve'",
        ".xlsx",
    ):
        assert part in told
    ignore = told.rsplit("`ignore: [", 1)[1].split("]", 1)[0]
    assert {bar["symbol"] for bar in ask(place, ignore=[name.strip(" '") for name in ignore.split(",")])} == {"AAA"}
    assert set(survey(place).left_out) == {"README.md", "desktop.ini"}


def test_ignore_names_files_patterns_and_members_of_archives(folder, ask):
    place = folder({"AAA.csv": GOOD, "old/BBB.csv": "broken", "x.bak.csv": "broken"})
    with zipfile.ZipFile(place / "more.zip", "w") as archive:
        archive.writestr("CCC.csv", GOOD)
        archive.writestr("readme.txt", "broken")
    assert {bar["symbol"] for bar in ask(place, ignore=["old/*", "*.bak.csv", "more.zip/readme.txt"])} == {"AAA", "CCC"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("AAA (1).csv", GOOD, ("3 sessions of AAA in both, with the same bars", "ignore: ['AAA (1).csv']")),
        ("AAA - Copy.csv", GOOD, ("the same bars", "ignore: ['AAA - Copy.csv']")),
        ("aaa.csv", GOOD, ("AAA and aaa", "the same bars")),
        ("more/AAA.csv", GOOD.replace("10,11,1100", "10,11.5,1100"), ("other bars: on 2024-01-03 11 there and 11.5 here",)),
        (
            "all.csv",
            "Symbol," + "".join(f"{'AAA,' if at else ''}{line}\n" for at, line in enumerate(GOOD.split())),
            ("AAA.csv and all.csv",),
        ),
    ],
)
def test_a_symbol_in_two_files_is_said(folder, ask, name, content, told):
    with pytest.raises(SourceUnreadable) as refused:
        ask(folder({"AAA.csv": GOOD, name: content}))
    for part in told:
        assert part in str(refused.value)


def test_downloads_that_overlap_and_agree_are_one_symbol_and_a_lone_copy_is_the_symbol_itself(folder, ask):
    lines = GOOD.splitlines(keepends=True)
    later = HEAD + lines[3] + "2024-01-05,11,12,10.5,11.6,700\n"
    bars = ask(folder({"2023/AAA.csv": GOOD, "2024/AAA.csv": later, "BBB (2).csv": GOOD}))
    assert {bar["symbol"] for bar in bars} == {"AAA", "BBB"}
    assert {str(bar["session"]) for bar in bars if bar["symbol"] == "AAA"} == {"2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"}


def test_a_misspelt_adjusted_close_is_read_and_said_and_another_column_about_adjusting_is_named(folder, ask, caplog):
    place = folder({"AAA.csv": "Date,Open,High,Low,Close,AdjClsoe,Volume\n2024-01-02,10,11,9,10.5,5.25,1000\n"})
    seen = recognise(BarFile(place / "AAA.csv"))
    assert seen.form.adjusted == "adj_close"
    assert any("'AdjClsoe' is read as the adjusted close" in note for note in seen.notes)
    assert ask(place)[0]["adj_factor"] == 0.5
    assert "'AdjClsoe' is read as the adjusted close" in caplog.text
    (place / "AAA.csv").write_text("Date,Open,High,Low,Close,Adjustment,Volume\n2024-01-02,10,11,9,10.5,5.25,1000\n")
    seen = recognise(BarFile(place / "AAA.csv"))
    assert seen.form.adjusted == "unknown"
    assert any("columns: {adj_close: 'Adjustment'}" in note for note in seen.notes)


def test_a_day_with_two_readings_is_refused_with_both_and_the_key_settles_it(folder, ask):
    place = folder({"AAA.csv": HEAD + "05/03/2024,10,11,9,10.5,1000\n"})  # the fifth of March, or the third of May
    with pytest.raises(SourceUnreadable, match=r"2024-03-05 \(day_first\) or 2024-05-03 \(month_first\).*`dates: day_first` or"):
        ask(place)
    assert str(ask(place, dates="month_first")[0]["session"]) == "2024-05-03"
    assert str(ask(place, dates="day_first")[0]["session"]) == "2024-03-05"


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("12/01/2024", "16/01/2024"), "2024-01-12"),  # a day beyond 12
        (("01/12/2024", "01/16/2024"), "2024-01-12"),
        (("06/04/2024",), "2024-06-04"),  # the sixth of April was a Saturday
    ],
)
def test_days_are_decided_by_what_is_possible_then_by_the_calendar(folder, ask, days, first):
    place = folder({"AAA.csv": HEAD + "".join(f"{day},10,11,9,10.5,1000\n" for day in days)})
    assert str(ask(place)[0]["session"]) == first


def test_days_that_follow_each_other_in_one_reading_only_are_in_that_reading(folder, ask):
    days = ("02/01/2024", "03/01/2024", "04/01/2024", "05/01/2024", "08/01/2024", "09/01/2024", "10/01/2024")
    bars = ask(folder({"AAA.csv": HEAD + "".join(f"{day},10,11,9,10.5,1000\n" for day in days)}))
    assert [str(bar["session"]) for bar in bars][:2] == ["2024-01-02", "2024-01-03"]


def test_days_of_both_orders_are_no_days(folder, ask):
    with pytest.raises(SourceUnreadable, match=r"line 3, column 'Date'; found '01/16/2024'"):
        ask(folder({"AAA.csv": HEAD + "15/01/2024,10,11,9,10.5,1\n01/16/2024,10,11,9,10.5,1\n17/01/2024,10,11,9,10.5,1\n"}))


def test_a_number_with_two_readings_is_refused_with_both_and_the_key_settles_it(folder, ask):
    place = folder({"AAA.csv": HEAD.replace(",", ";") + "2024-01-02;1,234;1,300;1,200;1,250;1000\n"})
    with pytest.raises(
        SourceUnreadable, match=r"'1,200', which is 1200 or 1\.200, and no other number.*`decimal: point` or `decimal: comma`"
    ):
        ask(place)
    assert ask(place, decimal="comma")[0]["close"] == 1.25
    assert ask(place, decimal="point")[0]["close"] == 1250.0


def test_numbers_that_no_marks_read_together_are_refused(folder, ask):
    with pytest.raises(SourceUnreadable, match=r"one decimal mark in .*'10,5' beside|one decimal mark in .*'11\.5' beside"):
        ask(folder({"AAA.csv": HEAD.replace(",", ";") + "2024-01-02;10,5;11.5;9;10;1000\n"}))


def test_a_decimal_comma_that_cuts_numbers_in_two_is_said(folder, ask):
    with pytest.raises(SourceUnreadable, match=r"6 columns in .*line 2, as its header has; found 10.*decimal commas"):
        ask(folder({"AAA.csv": HEAD + "2024-01-02,10,5,11,5,9,5,10,5,1000\n"}))


def test_columns_are_named_by_hand_where_nobody_else_names_them_so(folder, ask):
    place = folder({"AAA.csv": GOOD.replace("Close", "Kurs").replace("High", "Hgih")})
    with pytest.raises(SourceUnreadable, match=r"no high, close among .*columns: \{high: 'Hgih'\}"):
        ask(place)
    assert ask(place, columns={"close": "Kurs", "high": "Hgih"})[0]["close"] == 10.5
    with pytest.raises(SourceUnreadable, match=r"one column 'Kors'.*as `columns: \{close: …\}` says"):
        ask(place, columns={"close": "Kors", "high": "Hgih"})


def test_a_file_without_volume_is_refused_in_words(folder, ask):
    with pytest.raises(SourceUnreadable, match="an index or a currency has none"):
        ask(folder({"VIX.csv": "DATE,OPEN,HIGH,LOW,CLOSE\n1990-01-02,17.24,17.24,17.24,17.24\n"}))


def test_a_column_twice_is_not_chosen_from(folder, ask):
    with pytest.raises(SourceUnreadable, match="each column once"):
        ask(folder({"AAA.csv": GOOD.replace("Open", "Close")}))


def test_rows_of_blanks_are_none_and_a_row_without_its_day_is_named(folder, ask):
    assert len(ask(folder({"AAA.csv": "\n\n" + GOOD + ",,,,,\n,,,,,\n"}))) == 3
    with pytest.raises(SourceUnreadable, match="line 4, column 'Date'; found 'no date'"):
        ask(folder({"AAA.csv": GOOD.replace("2024-01-04", "")}))


def test_a_row_without_its_symbol_is_said_and_a_symbol_that_looks_like_nothing_is_one(folder, ask):
    rows = "".join(f"{symbol},2024-01-0{day},10,11,9,10.5,1000\n" for symbol, day in (("NA", 2), ("NULL", 2), ("NA", 3)))
    assert {bar["symbol"] for bar in ask(folder({"all.csv": "Symbol," + HEAD + rows}))} == {"NA", "NULL"}
    with pytest.raises(SourceUnreadable, match=r"a symbol in every row of .*none on 2024-01-02"):
        ask(folder({"all.csv": "Symbol," + HEAD + rows.replace("NULL", " ")}))


def test_numbers_as_text_in_parquet_are_decided_as_in_text(folder, ask):
    place = folder({})
    frame = pd.DataFrame({"Date": ["02/01/2024", "16/01/2024"], "Open": ["1.234,5", "1.300"], "High": 2000, "Low": 1000, "Volume": 5})
    frame.assign(Close=["1.250,25", "1.260,5"]).to_parquet(place / "AAA.parquet")
    assert [(str(bar["session"]), bar["open"], bar["close"]) for bar in ask(place)] == [
        ("2024-01-02", 1234.5, 1250.25),
        ("2024-01-16", 1300.0, 1260.5),
    ]


def test_what_a_file_says_between_its_ends_counts_too(folder, ask):
    """The head and the tail show whole numbers; the middle has a thousands mark."""
    days = sessions.between("XNYS", dt.date(2024, 1, 2), dt.date(2024, 5, 31)).tolist()
    rows = [f'{day},{980 + at % 15},"{990 + at % 15}",970,{985 + at % 10},5000' for at, day in enumerate(days)]
    rows[50] = f'{days[50]},999,"1,002",970,998,5000'
    place = folder({"AAA.csv": HEAD + "\n".join(rows) + "\n"})
    with pytest.raises(SourceUnreadable, match=r"'1,002', which is 1002 or 1\.002"):
        ask(place)
    assert ask(place, decimal="point")[50]["high"] == 1002.0


def test_a_large_file_is_recognised_by_its_ends_and_read_from_the_disk(folder, ask, monkeypatch):
    days = sessions.between("XNYS", dt.date(2024, 1, 2), dt.date(2024, 5, 31)).tolist()
    text = HEAD + "".join(f"{day:%m/%d/%Y},{at}.25,{at + 1}.5,{at}.125,{at}.5,1000\n" for at, day in enumerate(days, 100))
    place = folder({"AAA.csv": text})
    small = ask(place)
    monkeypatch.setattr(opened, "BY_PATH_BYTES", 1000)
    monkeypatch.setattr(opened, "HEAD_BYTES", 512)
    monkeypatch.setattr(opened, "TAIL_BYTES", 256)
    assert ask(place) == small
    with pytest.raises(SourceUnreadable, match="line 61, column 'Open'; found 'x'"):
        ask(folder({"AAA.csv": text.replace("159.25", "x")}))


@pytest.mark.realdata
@pytest.mark.skipif(not REAL.is_dir(), reason="the real market data folder is not here")
def test_real_files_are_recognised_or_refused_in_the_right_words():
    seen = survey(REAL)
    assert {Path(one.file).name: one.found for one in seen.unread} == {
        "vix-daily.csv": "no volume among DATE, OPEN, HIGH, LOW, CLOSE", "LICENSE.txt": "'Apache License' in line 1",
    }  # fmt: skip
    forms = {Path(one.form.file).name: one for one in seen.recognised}
    assert (len(forms["sp500_2013_2018.parquet"].symbols), forms["sp500_2013_2018.parquet"].rows) == (505, 619_040)
    assert (len(forms["nifty50_raw_2015_2021.parquet"].symbols), forms["nifty50_raw_2015_2021.parquet"].rows) == (50, 85_305)
    vendors = [one for name, one in forms.items() if name.endswith(".csv")]
    assert {one.form.layout for one in vendors} == {"yfinance history"}
    assert {one.form.adjusted for one in vendors} == {"adj_close"}


def test_settled_is_closed():
    with pytest.raises(ValueError, match="dates"):
        Settled(dates="either")
