"""Calendar files: what they say is what the calendar does, and what is wrong with one is said with file, key and what was meant."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import PROJECT, sessions
from nightshift.config import Market
from nightshift.errors import ConfigError
from nightshift.running.market_check import check_names
from nightshift.sessions import calendar_folder
from nightshift.sessions.calendar_file import WEEK, CalendarFile
from nightshift.sessions.fitting import best_calendars
from nightshift.sessions.own_calendar import opened_from
from nightshift.storage import fingerprints

D = dt.date
DATA = PROJECT.parent / "shared" / "data"
SHIPPED = sorted(file.stem for file in (PROJECT / "include" / "calendars").glob("*.yaml"))
WHOLE = {
    "calendar": "OWN", "title": "A town", "time_zone": "Europe/Rome", "opens_at": "09:00", "closes_at": "17:30",
    "first_session": D(2024, 1, 2), "known_until": D(2024, 12, 31), "sources": ["made up"],
}  # fmt: skip
DIFFERING = {"calendar": "OWN", "title": "A town", "base": "XNYS", "sources": ["made up"]}


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a calendar file into a user's own folder."""
    monkeypatch.setenv("NIGHTSHIFT_CALENDARS", str(tmp_path))

    def write(facts: dict, name: str = "OWN") -> Path:
        file = tmp_path / f"{name}.yaml"
        file.write_text(yaml.safe_dump(facts), encoding="utf-8")
        return file

    return write


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_calendar_opens_and_says_its_span_and_sources(name):
    first, until = sessions.span(name)
    days = sessions.between(name, first, until)
    assert (np.diff(days.astype(int)) > 0).all()
    assert (np.diff(sessions.closes_of(name, days).astype(int)) > 0).all()
    assert sessions.a_week(name) == 5
    described = next(one for known, one in calendar_folder.file_names().items() if known == name)
    assert "," in described, "its city and country"
    assert f"`{name}`" in (PROJECT / "docs" / "calendars.md").read_text()


@pytest.mark.realdata
@pytest.mark.skipif(not DATA.is_dir(), reason="the real market data folder is not here")
def test_the_national_exchange_of_india_is_what_fifty_shares_show():
    import pyarrow.parquet as pq

    days = np.unique(pq.read_table(DATA / "nifty50_raw_2015_2021.parquet", columns=["session"])["session"].to_numpy())
    closest = best_calendars(days)[0]
    assert (closest.name, closest.matched_fraction, closest.missing, closest.extra) == ("XNSE", 1.0, (), ())


@pytest.mark.parametrize(
    ("name", "day", "is_one"),
    [
        ("HOSE", D(2024, 2, 8), False),  # Tết
        ("HOSE", D(2024, 2, 15), True),
        ("HOSE", D(2024, 5, 4), False),  # a Saturday that the state works
        ("XSTC", D(2018, 1, 24), False),  # its trading system had failed
        ("HNX", D(2018, 1, 24), True),
        ("HNX", D(2025, 4, 7), False),  # Hùng Kings, on a Monday for the Sunday
        ("XSTC", D(2022, 4, 11), False),
        ("XSTC", D(2022, 9, 1), False),  # National Day has two days since 2021
        ("XSTC", D(2020, 9, 1), True),
        ("NSE", D(2023, 11, 12), True),  # Diwali, a Sunday
        ("NSE", D(2021, 11, 4), True),  # Diwali, on a holiday
        ("NSE", D(2026, 2, 1), True),  # budget, a Sunday
        ("XNSE", D(2013, 11, 15), False),
        ("XSHE", D(2024, 10, 1), False),
        ("KOSDAQ", D(2024, 9, 17), False),
        ("TPEX", D(2024, 7, 25), False),  # a typhoon
    ],
)  # fmt: skip
def test_what_the_shipped_exchanges_did(name, day, is_one):
    assert sessions.is_session(name, day) is is_one


def test_the_hour_of_diwali_and_a_day_of_failure_close_when_they_did():
    assert sessions.close_of("XNSE", D(2021, 11, 4)) == sessions.utc("2021-11-04T13:45")
    assert sessions.close_of("XNSE", D(2021, 2, 24)) == sessions.utc("2021-02-24T11:30")
    assert sessions.close_of("XNSE", D(2021, 2, 25)) == sessions.utc("2021-02-25T10:00")
    assert sessions.close_of("HOSE", D(2024, 2, 15)) == sessions.utc("2024-02-15T08:00")


def test_a_file_without_a_base_is_its_weekdays_less_its_holidays(written):
    runs = {"2024-08-12 to 2024-08-16": "summer", D(2024, 6, 3): "a feast"}
    written({**WHOLE, "closed_every_year": {"12-25": "Christmas"}, "removed": runs, "half_days": {D(2024, 12, 24): "13:00"}})
    week = sessions.between("OWN", D(2024, 8, 9), D(2024, 8, 20)).astype(str).tolist()
    assert week == ["2024-08-09", "2024-08-19", "2024-08-20"]
    assert not sessions.is_session("OWN", D(2024, 12, 25))
    assert sessions.close_of("OWN", D(2024, 12, 24)) == sessions.utc("2024-12-24T12:00")
    assert sessions.close_of("OWN", D(2024, 7, 1)) == sessions.utc("2024-07-01T15:30")


def test_times_without_quotes_are_times(written, tmp_path):
    written(WHOLE)
    file = tmp_path / "OWN.yaml"
    file.write_text(file.read_text().replace("'17:30'", "17:30").replace("'09:00'", "9:00"))  # YAML reads 17:30 as 1050
    assert sessions.close_of("OWN", D(2024, 7, 1)) == sessions.utc("2024-07-01T15:30")


def test_a_file_may_differ_from_a_file_and_changes_when_it_is_written_anew(written):
    written({**WHOLE, "calendar": "MIDDLE", "removed": [D(2024, 3, 1)], "also": ["middle town"]}, "MIDDLE")
    written({**DIFFERING, "base": "MIDDLE", "added": [D(2024, 3, 2)]})
    assert sessions.between("OWN", D(2024, 2, 29), D(2024, 3, 4)).astype(str).tolist() == ["2024-02-29", "2024-03-02", "2024-03-04"]
    assert sessions.span("middle town") == (D(2024, 1, 2), D(2024, 12, 31))
    written({**DIFFERING, "base": "MIDDLE"})
    assert not sessions.is_session("OWN", D(2024, 3, 2))


def test_a_file_may_know_more_of_the_future_than_its_base(written):
    written({**DIFFERING, "base": "XBOM", "known_until": D(2027, 1, 31), "removed": [D(2027, 1, 26)]})
    january = sessions.between("OWN", D(2026, 12, 30), D(2027, 1, 31))
    assert len(january) == 2 + 20
    assert sessions.close_of("OWN", D(2027, 1, 25)) == sessions.utc("2027-01-25T10:00")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({**WHOLE, "half_day": {}}, r"only known keys in .*OWN\.yaml; found `half_day`; next: did you mean 'half_days'\?"),
        ({**WHOLE, "time_zone": "Europe/Roma"}, r"a valid `time_zone` in .*OWN\.yaml; found 'Europe/Roma'; next: use a name such as"),
        ({**WHOLE, "closes_at": "half past five"}, r"a valid `closes_at` in .*OWN\.yaml; found 'half past five'.* such as 15:30 is meant"),
        ({**WHOLE, "removed": ["2024-13-01"]}, r"a valid `removed` in .*OWN\.yaml.*a date such as 2026-02-16.*found '2024-13-01'"),
        ({**WHOLE, "removed": [D(2025, 1, 1)]}, r"days from 2024-01-02 to 2024-12-31 under `removed` in .*OWN\.yaml; found 2025-01-01"),
        ({**WHOLE, "removed": [D(2024, 5, 6)], "added": [D(2024, 5, 6)]}, r"2024-05-06 is both removed and added"),
        ({**WHOLE, "half_days": {D(2024, 12, 29): "13:00"}}, r"sessions under `half_days` in .*found 2024-12-29, a Sunday that is none"),
        ({**WHOLE, "half_days": {D(2024, 12, 24): "1:00"}}, r"2024-12-24 closes before the exchange opens"),
        ({key: value for key, value in WHOLE.items() if key != "known_until"}, r"without a `base:` the file has to say known_until"),
        ({**WHOLE, "sources": []}, r"a valid `sources` in .*OWN\.yaml"),
        ({**WHOLE, "calendar": "OTHER"}, r"`calendar: OWN` in .*OWN\.yaml; found `calendar: OTHER`"),
        ({**WHOLE, "first_session": D(2025, 1, 1)}, r"a `first_session` before `known_until` in .*OWN\.yaml"),
        ({**DIFFERING, "base": "XNIS"}, r"a known calendar as `base` in .*OWN\.yaml; found 'XNIS'; next: did you mean"),
        ({**DIFFERING, "base": "OWN"}, r"a `base` of its own in .*OWN\.yaml; found OWN"),
        ({**DIFFERING, "first_session": D(1900, 1, 1)}, r"a `first_session` from 1952-10-01 on in .*OWN\.yaml, as of its base XNYS"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(written, facts, said):
    written(facts)
    with pytest.raises(ConfigError, match=said):
        sessions.span("OWN")


def test_a_market_of_an_own_calendar_is_checked_and_its_days_move_the_night(written):
    facts = {"market": "town", "title": "Town", "calendar": "OWN", "source": {"kind": "simulated"}, "families": [{"name": "logistic"}]}
    facts["gates"] = [{"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0}]
    market = Market.model_validate(facts)
    with pytest.raises(ConfigError, match="a known calendar; found 'OWN'"):
        check_names(market, "town.yaml")
    written(WHOLE)
    check_names(market, "town.yaml")
    assert market.sessions_a_year == 261
    before = fingerprints.policy(market)
    written({**WHOLE, "title": "The same town", "sources": ["somebody else"]})
    assert fingerprints.policy(market) == before
    written({**WHOLE, "removed": [D(2024, 5, 6)]})
    assert fingerprints.policy(market) != before


MONTH = [D(2024, 1, 1) + dt.timedelta(days=n) for n in range(366)]
DAYS = st.sets(st.sampled_from(MONTH[1:]), max_size=12)


@given(
    DAYS,
    DAYS,
    st.dictionaries(st.sampled_from(MONTH[1:]), st.integers(700, 1439), max_size=6),
    st.sets(st.sampled_from(WEEK), min_size=1),
)
@settings(max_examples=60, deadline=None)
def test_sessions_are_sorted_and_what_is_removed_and_added_is(removed, added, special, weekdays):
    removed = removed - added - special.keys()
    facts = {**WHOLE, "removed": list(removed), "added": list(added), "special_sessions": special, "weekdays": sorted(weekdays)}
    known = opened_from(CalendarFile.model_validate(facts), None, "OWN.yaml")
    days = set(known.sessions.tolist())
    assert (np.diff(known.sessions.astype(int)) > 0).all()
    assert (np.diff(known.closes.astype(int)) > 0).all()
    assert not days & removed
    assert added | special.keys() <= days
    usual = {day for day in MONTH[1:] if WEEK[day.weekday()] in weekdays}
    assert days == (usual - removed) | added | special.keys()
