"""From which session on a history is used: the calendar's first, the market's own, or as far back as bars show sessions."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.quality.defects import Rows
from nightshift.data.quality.used_history import BEFORE, OBSERVED, history_of

D = dt.date


def rows_of(*days: np.ndarray) -> Rows:
    """Bars of symbols on these days; what the bars say does not matter here."""
    symbol, session = np.repeat(np.arange(len(days)), [len(one) for one in days]), np.concatenate(days)
    return Rows(symbol, session, session.astype("datetime64[us]"), {})


def weekdays(first: str, last: str) -> np.ndarray:
    days = np.arange(first, last, dtype="datetime64[D]")
    return days[np.is_busday(days)]


def test_a_history_begins_with_the_calendar_from_1990_on_and_says_so():
    history = history_of(rows_of(weekdays("1985-01-01", "1995-01-01")), "XNYS", None)
    assert history.first == D(1990, 1, 2)
    said = "1304 rows before the calendar's first session 1990-01-02; set `first_session:` in the market file to use an earlier history"
    assert history.sentences(1304) == {BEFORE: said}


def test_a_market_may_begin_where_its_calendar_knows():
    history = history_of(rows_of(weekdays("1962-01-01", "1965-01-01")), "XNYS", D(1962, 1, 2))
    assert np.array_equal(history.days, sessions.between("XNYS", D(1962, 1, 2), D(1964, 12, 31)))
    assert np.datetime64("1963-11-25") not in history.days
    assert history.sentences(0) == {}


def test_a_market_may_begin_later_and_the_rows_before_are_said_to_be_its_own_choice():
    history = history_of(rows_of(weekdays("2000-01-03", "2012-01-02")), "XNYS", D(2010, 1, 1))
    assert history.first == D(2010, 1, 1)
    assert history.days[0] == np.datetime64("2010-01-04")
    assert history.sentences(2608) == {BEFORE: "2608 rows before `first_session: 2010-01-01`"}


def test_where_the_calendar_does_not_know_sessions_are_observed():
    """XTKS begins in 1997: what most symbols traded on before is a session, a stray bar on a holiday is none."""
    traded = weekdays("1993-01-04", "1998-01-01")
    new_year = np.datetime64("1996-01-01")
    others = [traded[traded != new_year] for _ in range(5)]
    history = history_of(rows_of(traded, *others), "XTKS", D(1993, 1, 1))
    known = sessions.between("XTKS", D(1997, 1, 1), D(1997, 12, 31))
    earlier = history.days[history.days < known[0]]
    assert np.array_equal(history.days[len(earlier) :], known)
    assert np.array_equal(earlier, others[0][others[0] < known[0]])
    assert history.sentences(0) == {
        OBSERVED: f"{len(earlier)} sessions before 1997-01-06, where the calendar begins, are those on which most symbols have a bar"
    }


def test_a_market_that_grows_keeps_the_days_of_when_it_was_small():
    few, many = weekdays("1990-01-01", "1996-01-01"), weekdays("1994-01-03", "1996-01-01")
    history = history_of(rows_of(few, *[many] * 30), "XTKS", D(1990, 1, 1))
    assert np.array_equal(history.days, few)


def test_no_rows_have_a_history_too():
    nothing = rows_of(np.array([], dtype="datetime64[D]"))
    assert history_of(nothing, "XNYS", None).sentences(0) == {}


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_no_later_bar_changes_which_day_was_a_session(data):
    """A hole or a stray of tomorrow may not change what was had today."""
    traded = weekdays("1994-01-03", "1996-01-01")
    symbols = [np.sort(data.draw(st.lists(st.sampled_from(traded.tolist()), min_size=1, max_size=80, unique=True))) for _ in range(4)]
    symbols = [np.array(days, dtype="datetime64[D]") for days in symbols]
    cut = np.datetime64(data.draw(st.sampled_from(traded.tolist())))
    whole = history_of(rows_of(*symbols), "XTKS", D(1993, 1, 1)).days
    then = history_of(rows_of(*(days[days <= cut] for days in symbols)), "XTKS", D(1993, 1, 1)).days
    assert np.array_equal(whole[whole <= cut], then)


@pytest.mark.parametrize("calendar", ["24/7", "XNSE", "XNYS"])
def test_the_newest_session_counts(calendar):
    last = sessions.last_closed(calendar, sessions.utc("2024-06-05T23:59"))
    history = history_of(rows_of(np.array([last], dtype="datetime64[D]")), calendar, None)
    assert history.days[-1].item() == last
