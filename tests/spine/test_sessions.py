"""Sessions and as-of: holidays, half days and clock changes."""

import datetime as dt

import pytest

from nightshift import sessions
from nightshift.errors import ConfigError

D = dt.date


@pytest.mark.parametrize(
    ("as_of", "session"),
    [
        ("2026-11-27T17:59", D(2026, 11, 25)),  # half day after Thanksgiving closes at 18:00 UTC
        ("2026-11-27T18:00", D(2026, 11, 27)),
        ("2026-11-26T23:00", D(2026, 11, 25)),  # Thanksgiving
        ("2026-03-06T21:00", D(2026, 3, 6)),  # before the clock change: closes at 21:00 UTC
        ("2026-03-09T20:00", D(2026, 3, 9)),  # after it: 20:00 UTC
        ("2026-10-30T20:00", D(2026, 10, 30)),
        ("2026-11-02T20:00", D(2026, 10, 30)),
        ("2026-11-22T12:00", D(2026, 11, 20)),  # a Sunday
    ],
)
def test_the_last_closed_session(as_of, session):
    assert sessions.last_closed("XNYS", sessions.utc(as_of)) == session


def test_an_unknown_calendar_is_named():
    with pytest.raises(ConfigError, match="XNIS"):
        sessions.last_closed("XNIS", sessions.utc("2026-11-20"))


def test_as_of_before_the_calendar_is_refused():
    with pytest.raises(ConfigError, match="as-of"):
        sessions.last_closed("XNYS", sessions.utc("1980-01-01"))


def test_an_instant_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="2026-13-45"):
        sessions.utc("2026-13-45")


def test_zones_are_converted():
    assert sessions.utc("2026-11-20T16:00:00-05:00") == sessions.utc("2026-11-20T21:00:00")


def test_between_and_following():
    week = sessions.between("XNYS", D(2026, 11, 23), D(2026, 11, 27))
    assert [str(day) for day in week] == ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27"]
    assert sessions.following("XNYS", D(2026, 11, 25)) == D(2026, 11, 27)
    assert sessions.following("XNYS", D(2026, 11, 27), -1) == D(2026, 11, 25)


@pytest.mark.parametrize(("calendar", "expected"), [("XNYS", 252), ("24/7", 365), ("24/5", 261), ("XLON", 253), ("XSHG", 243)])
def test_a_year_has_the_sessions_of_its_calendar(calendar, expected):
    assert sessions.a_year(calendar) == expected


def test_a_year_does_not_move_with_the_clock():
    """Counted between two written dates, so that a number a year is the same in every year."""
    first, last = sessions.YEARS_COUNTED
    assert (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    known = [str(day) for day in sessions.between("XSAU", first, last)]
    assert known[0] > "2015", "this exchange is known from a later day on"
    assert 245 <= sessions.a_year("XSAU") <= 252


def test_every_calendar_that_the_library_has_may_be_named_in_a_market_file():
    import exchange_calendars

    from nightshift.config.calendar_names import CALENDARS

    assert sorted(CALENDARS) == sorted(exchange_calendars.get_calendar_names(include_aliases=True))
