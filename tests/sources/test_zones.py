"""Bars stamped in UTC: the exchange's day where the file leaves no doubt, else both readings and the key that settles it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.config import parse_market
from nightshift.data.sources.bar_files import read
from nightshift.data.sources.reading import Settled
from nightshift.errors import SourceUnreadable, Unsettled

HEAD = "Date,Open,High,Low,Close,Volume\n"
ROW = ",10,11,9,10.5,1000\n"


def days_of(calendar: str, n: int) -> list[dt.date]:
    return [day.item() for day in sessions.between(calendar, dt.date(2024, 1, 2), dt.date(2024, 12, 30))[:n]]


def stamped(days: list[dt.date], hours: float) -> list[dt.datetime]:
    """Midnight of each day, so many hours ahead of UTC, in UTC."""
    return [dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(hours=hours) for day in days]


def csv(place: Path, stamps: list[dt.datetime], form: str = "%Y-%m-%dT%H:%M:%SZ") -> Path:
    file = place / "AAA.csv"
    file.write_text(HEAD + "".join(f"{stamp.strftime(form)}{ROW}" for stamp in stamps))
    return file


def sessions_in(file: Path, calendar: str, **settled: str) -> list[dt.date]:
    return read(file, calendar, settled=Settled(**settled))["session"].to_pylist()


def test_a_midnight_of_asia_is_refused_with_both_readings_and_the_key_settles_it(tmp_path):
    days = days_of("XSTC", 40)
    file = csv(tmp_path, stamped(days, 7))
    with pytest.raises(
        Unsettled, match=r'2024-01-01 in UTC or 2024-01-02 where midnight is \+07:00 ahead.*write `zone: "\+07:00"`'
    ) as told:
        sessions_in(file, "XSTC")
    assert told.value.settles == ("zone", "+07:00")
    assert sessions_in(file, "XSTC", zone="Asia/Ho_Chi_Minh") == sessions_in(file, "XSTC", zone="+07:00") == days
    assert sessions_in(file, "XSTC", zone="UTC") == [day.date() for day in stamped(days, 7)]


def test_an_epoch_and_a_typed_column_are_read_alike(tmp_path):
    days = days_of("XTKS", 40)
    stamps = stamped(days, 9)
    text = tmp_path / "E.csv"
    text.write_text(HEAD + "".join(f"{int(stamp.timestamp())}{ROW}" for stamp in stamps))
    typed = tmp_path / "P.parquet"
    numbers = dict.fromkeys(("open", "high", "low", "close", "volume"), [10.0] * len(days))
    pq.write_table(pa.table({"date": pa.array(stamps, pa.timestamp("us", "UTC")), **numbers}), typed)
    for file in (text, typed):
        with pytest.raises(Unsettled, match="zone:"):
            sessions_in(file, "XTKS")
        assert sessions_in(file, "XTKS", zone="Asia/Tokyo") == days


@pytest.mark.parametrize(("calendar", "ahead"), [("XNYS", 3), ("XNYS", -5), ("24/7", 0), ("24/7", 0.01), ("XLON", 7.5)])
def test_a_stamp_at_the_close_or_before_noon_says_its_own_day(tmp_path, calendar, ahead):
    """21:00 in UTC is New York's close; 23:59 is what coins are stamped with."""
    days = days_of(calendar, 40)
    stamps = [stamp + dt.timedelta(days=ahead > 0) for stamp in stamped(days, ahead)]
    assert sessions_in(csv(tmp_path, stamps), calendar) == days


def test_two_rows_long_after_the_close_are_refused_too(tmp_path):
    with pytest.raises(Unsettled):
        sessions_in(csv(tmp_path, stamped(days_of("XSTC", 30)[4:6], 7)), "XSTC")


def test_a_zone_that_is_none_is_refused_in_the_market_file():
    text = "market: a\ntitle: A\ncalendar: XNYS\nsource: {kind: folder, folder: x, zone: Asia/Tokio}\nfamilies: [{name: logistic}]\n"
    from nightshift.errors import ConfigError
    from nightshift.running.market_check import check_names

    with pytest.raises(ConfigError, match="Asia/Tokyo"):
        check_names(parse_market(text, "a.yaml"), "a.yaml")


@settings(max_examples=25)
@given(st.integers(-12 * 4, 14 * 4).map(lambda quarters: quarters / 4), st.integers(5, 30))
def test_whatever_midnight_a_file_has_its_own_offset_gives_its_days(tmp_path_factory, hours, n):
    days = days_of("XNYS", n)
    sign = "+" if hours >= 0 else "-"
    zone = f"{sign}{int(abs(hours)):02d}:{round(abs(hours) % 1 * 60):02d}"
    assert sessions_in(csv(tmp_path_factory.mktemp("zone"), stamped(days, hours)), "XNYS", zone=zone) == days


def test_without_a_volume_column_the_refusal_says_the_key_and_with_it_the_bars_have_none(tmp_path):
    file = tmp_path / "VIX.csv"
    file.write_text("Date,Open,High,Low,Close\n2024-01-02,10,11,9,10.5\n")
    with pytest.raises(SourceUnreadable, match="write `volume: none` under `source:`"):
        read(file, "XNYS")
    assert read(file, "XNYS", settled=Settled(volume="none"))["volume"].to_pylist() == [0.0]
    file.write_text(HEAD + "2024-01-02" + ROW)
    assert read(file, "XNYS", settled=Settled(volume="none"))["volume"].to_pylist() == [0.0]
