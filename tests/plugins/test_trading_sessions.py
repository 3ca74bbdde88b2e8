"""The timetable: one run a session, after the exchange's own close."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path

import pendulum
import pytest
from airflow.timetables.base import DataInterval, TimeRestriction
from hypothesis import given, settings
from hypothesis import strategies as st

PLUGIN = Path(__file__).resolve().parents[2] / "plugins" / "trading_sessions.py"
spec = importlib.util.spec_from_file_location("trading_sessions", PLUGIN)
trading_sessions = sys.modules.setdefault("trading_sessions", importlib.util.module_from_spec(spec))
if not hasattr(trading_sessions, "TradingSessions"):
    spec.loader.exec_module(trading_sessions)
TradingSessions = trading_sessions.TradingSessions


def at(text: str) -> pendulum.DateTime:
    return pendulum.parse(text)


def runs(first: str, last: str, calendar: str = "XNYS", delay: int = 30) -> list:
    """Every run of a backfill between two instants."""
    timetable, found, previous = TradingSessions(calendar, delay), [], None
    limits = TimeRestriction(earliest=at(first), latest=at(last), catchup=True)
    while info := timetable.next_dagrun_info(last_automated_data_interval=previous, restriction=limits):
        found.append(info)
        previous = info.data_interval
    return found


def test_thanksgiving_has_no_run_and_the_half_day_closes_early():
    week = runs("2026-11-23", "2026-11-28")
    assert [str(info.run_after) for info in week] == [
        "2026-11-23 21:30:00+00:00",
        "2026-11-24 21:30:00+00:00",
        "2026-11-25 21:30:00+00:00",
        "2026-11-27 18:30:00+00:00",  # Friday after Thanksgiving: 13:00 in New York
    ]
    friday = week[-1].data_interval
    assert friday == DataInterval(at("2026-11-25T21:00:00Z"), at("2026-11-27T18:00:00Z"))


def test_the_close_follows_daylight_saving():
    assert [str(info.data_interval.end) for info in runs("2026-03-05", "2026-03-10")] == [
        "2026-03-05 21:00:00+00:00",
        "2026-03-06 21:00:00+00:00",
        "2026-03-09 20:00:00+00:00",  # the clocks went forward on Sunday the 8th
    ]


def test_intervals_meet_without_gap_or_overlap():
    year = runs("2025-01-01", "2026-01-01")
    assert len(year) == 250
    assert all(a.data_interval.end == b.data_interval.start for a, b in pairwise(year))


def test_the_first_run_is_the_first_session_that_closes_from_the_start_on():
    # midnight UTC of the 3rd is still the evening of the 2nd in New York: its session has closed already
    assert str(runs("2026-11-03", "2026-11-05")[0].data_interval.end) == "2026-11-03 21:00:00+00:00"
    assert str(runs("2026-11-02T21:00:00", "2026-11-05")[0].data_interval.end) == "2026-11-02 21:00:00+00:00"


def test_an_exchange_east_of_utc_is_right_too():
    assert [str(info.run_after) for info in runs("2026-11-17", "2026-11-19", "XBOM", 45)] == [
        "2026-11-17 10:45:00+00:00",
        "2026-11-18 10:45:00+00:00",
    ]


def test_without_catch_up_only_the_newest_missed_session_is_run(monkeypatch):
    monkeypatch.setattr(pendulum, "now", lambda zone: at("2026-11-19T12:00:00Z"))
    limits = TimeRestriction(earliest=at("2020-01-01"), latest=None, catchup=False)
    first = TradingSessions("XNYS").next_dagrun_info(last_automated_data_interval=None, restriction=limits)
    assert str(first.data_interval.end) == "2026-11-18 21:00:00+00:00"
    then = TradingSessions("XNYS").next_dagrun_info(last_automated_data_interval=first.data_interval, restriction=limits)
    assert str(then.run_after) == "2026-11-19 21:30:00+00:00"


def test_without_a_start_nothing_is_scheduled():
    limits = TimeRestriction(earliest=None, latest=None, catchup=True)
    assert TradingSessions("XNYS").next_dagrun_info(last_automated_data_interval=None, restriction=limits) is None


def test_beyond_the_announced_calendar_nothing_is_scheduled():
    assert runs("2199-01-01", "2200-01-01") == []


@pytest.mark.parametrize(
    ("now", "close"),
    [
        ("2026-11-18T21:29:59Z", "2026-11-17 21:00:00+00:00"),  # not due yet
        ("2026-11-18T21:30:00Z", "2026-11-18 21:00:00+00:00"),
        ("2026-11-22T12:00:00Z", "2026-11-20 21:00:00+00:00"),  # Sunday
        ("2026-11-27T18:30:00Z", "2026-11-27 18:00:00+00:00"),  # half day
    ],
)
def test_a_run_by_hand_stands_for_the_last_session_due(now, close):
    assert str(TradingSessions("XNYS").infer_manual_data_interval(run_after=at(now)).end) == close


@settings(max_examples=25, deadline=None)
@given(st.datetimes(min_value=pendulum.datetime(2000, 1, 1).naive(), max_value=pendulum.datetime(2026, 11, 1).naive()))
def test_a_run_by_hand_never_stands_for_the_future(moment):
    now = pendulum.instance(moment, tz="UTC")
    interval = TradingSessions("XNYS").infer_manual_data_interval(run_after=now)
    assert interval.start < interval.end <= now.subtract(minutes=30)
    assert (now - interval.end).days <= 8  # the longest closure since 2000: seven days in September 2001


def test_it_survives_the_scheduler_database():
    kept = TradingSessions("XLON", 15).serialize()
    again = TradingSessions.deserialize(kept)
    assert again == TradingSessions("XLON", 15)
    assert hash(again) == hash(TradingSessions("XLON", 15))
    assert again != TradingSessions("XLON", 30)
    assert again.summary == "XLON close + 15 min"
    assert again.description == "15 minutes after each close of XLON"


def test_a_calendar_that_does_not_exist_is_named():
    from nightshift.errors import ConfigError

    with pytest.raises(ConfigError, match="XNYSE"):
        TradingSessions("XNYSE").infer_manual_data_interval(run_after=at("2026-11-18"))


def test_a_calendar_file_has_runs_like_any_other(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_CALENDARS", str(tmp_path))
    (tmp_path / "OWN.yaml").write_text(
        "calendar: OWN\ntitle: A town\nbase: XNYS\nremoved: [2026-11-24]\nspecial_sessions: {2026-11-28: '12:00'}\nsources: [made up]\n"
    )
    week = [str(info.data_interval.end) for info in runs("2026-11-23", "2026-11-30", calendar="OWN")]
    assert week == ["2026-11-23 21:00:00+00:00", "2026-11-25 21:00:00+00:00", "2026-11-27 18:00:00+00:00", "2026-11-28 17:00:00+00:00"]


def test_where_a_calendar_ends_runs_go_on_for_a_year_of_usual_weekdays():
    """A night that starts says in words what its calendar does not know; a market that never runs again says nothing."""
    january = [str(info.data_interval.end.date()) for info in runs("2026-12-30", "2027-01-08", calendar="XBOM")]
    assert january == ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07"]
    assert len(runs("2027-01-01", "2030-01-01", calendar="XBOM")) == 261
