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
        sessions.last_closed("XNYS", sessions.utc("1952-01-01"))


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


def test_an_as_of_beyond_what_a_calendar_knows_is_refused_after_a_long_weekend():
    assert sessions.last_closed("XBOM", sessions.utc("2027-01-03")) == D(2026, 12, 31)
    with pytest.raises(ConfigError, match=r"a day that calendar XBOM knows, from 1997-01-01 to 2026-12-31; found 2027-01-05"):
        sessions.last_closed("XBOM", sessions.utc("2027-01-05"))


def test_a_session_beyond_what_a_calendar_knows_is_one_to_be_expected():
    with pytest.raises(ConfigError, match="from 1997-01-01 to 2026-12-31"):
        sessions.following("XBOM", D(2026, 12, 31))
    assert sessions.expected_following("XBOM", D(2026, 12, 31), 1) == D(2027, 1, 1)
    assert sessions.following("XBOM", D(2026, 12, 31), expected=True) == D(2027, 1, 1)
    assert sessions.close_of("XBOM", D(2027, 1, 1), expected=True) == sessions.utc("2027-01-01T10:00")


def test_nothing_wraps_around_before_the_first_session():
    """−1 from the first session was the calendar's last."""
    with pytest.raises(ConfigError, match="XNYS knows, from 1952-10-01"):
        sessions.following("XNYS", D(1952, 10, 1), -1)


@pytest.mark.parametrize(("day", "n_sessions", "there"), [(28, 1, 30), (28, -1, 27), (28, 0, 30), (27, 0, 27), (26, 2, 30)])
def test_a_day_that_is_no_session_has_sessions_around_it(day, n_sessions, there):
    """A calendar file may be corrected: the periods of a ledger begin on days that were sessions once."""
    assert sessions.following("XNYS", D(2026, 11, day), n_sessions) == D(2026, 11, there)
    assert sessions.expected_following("XNYS", D(2026, 11, day), n_sessions) == D(2026, 11, there)


def test_a_day_that_is_no_session_has_no_close():
    with pytest.raises(ConfigError, match="a session of XNYS; found 2026-11-28"):
        sessions.close_of("XNYS", D(2026, 11, 28))


@pytest.mark.parametrize(("calendar", "expected"), [("XNYS", 5), ("24/5", 5), ("24/7", 7), ("XSHG", 5), ("XTAE", 5)])
def test_a_week_has_the_sessions_of_its_calendar(calendar, expected):
    assert sessions.a_week(calendar) == expected
