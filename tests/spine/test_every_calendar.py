"""Every calendar of the library opens, from its own earliest day on, and says what its exchange did."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from nightshift import sessions
from nightshift.errors import ConfigError
from nightshift.sessions import exchange_names, library
from nightshift.sessions.fitting import best_calendars

D = dt.date
A_YEAR = dt.timedelta(days=366)


def test_every_calendar_and_alias_of_the_library_is_written_down():
    import exchange_calendars

    assert sorted(exchange_names.PLACES) == sorted(exchange_calendars.get_calendar_names(include_aliases=False))
    named = set(exchange_calendars.get_calendar_names(include_aliases=True)) - set(exchange_names.PLACES)
    assert {name: exchange_calendars.resolve_alias(name) for name in named} == exchange_names.ALIASES


@pytest.mark.parametrize("name", sorted(exchange_names.PLACES))
def test_every_calendar_opens_in_its_first_year_and_in_its_last(name):
    first, last = library.known_span(name)
    for begins, ends in ((first, first + A_YEAR), (last - A_YEAR, last)):
        days, closes = library.schedule(name, begins, ends)
        assert np.array_equal(days, library.trading_days(name, begins, ends))
        assert len(days) > 200
        assert (np.diff(days.astype(int)) > 0).all()
        assert (np.diff(closes.astype(int)) > 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(exchange_names.PLACES))
def test_every_calendar_knows_the_same_days_whole_and_in_parts(name):
    known = library.schedule(name, *library.known_span(name))[0]
    assert np.array_equal(known, library.trading_days(name, *library.known_span(name)))


@pytest.mark.parametrize(
    ("name", "day", "is_one"),
    [
        ("ASEX", D(2024, 5, 3), False),  # Orthodox Good Friday
        ("ASEX", D(2024, 4, 1), False),  # the western Easter Monday, too
        ("XBEL", D(2024, 5, 6), False),  # Orthodox Easter Monday
        ("XBSE", D(2024, 6, 24), False),  # Orthodox Pentecost Monday
        ("BVB", D(2024, 6, 24), False),
        ("XCYS", D(2024, 3, 18), False),  # Green Monday
        ("XTAE", D(2024, 10, 20), True),  # a Sunday
        ("TASE", D(2024, 10, 18), False),  # a Friday
        ("XTAE", D(2026, 1, 9), True),  # Fridays since 2026
        ("XKRX", D(1998, 12, 5), True),  # the last Saturday
        ("XMOS", D(2021, 2, 20), True),  # a Saturday worked for a Monday
        ("XBOM", D(2024, 1, 20), True),
        ("XNYS", D(1963, 7, 4), False),  # before 1970 pandas says nothing of holidays
        ("XNYS", D(1963, 11, 25), False),  # mourning John F. Kennedy
        ("XNYS", D(1962, 1, 2), True),
        ("XHKG", D(1960, 4, 15), False),
    ],
)  # fmt: skip
def test_what_a_newer_pandas_broke_is_mended(name, day, is_one):
    around = library.trading_days(name, day - dt.timedelta(days=7), day + dt.timedelta(days=7))
    whole = library.schedule(name, day - dt.timedelta(days=7), day + dt.timedelta(days=7))[0]
    assert (np.datetime64(day) in around) is (np.datetime64(day) in whole) is is_one


def test_the_end_of_a_calendar_does_not_move_with_the_clock():
    assert sessions.span("XNYS") == (D(1952, 10, 1), library.HORIZON)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("XNIS", r"XNYS \(New York, United States"),
        ("Frankfurt", r"XETR \(Frankfurt, Germany \(Xetra\)\)"),
        ("HOSEE", r"XSTC \(Ho Chi Minh City, Vietnam \(HOSE\)"),
        ("hanoi", r"HSTC \(Hanoi, Vietnam"),
        ("nasdaq", r"XNYS"),
        ("qwertz", r"docs/calendars.md for every name"),
    ],
)
def test_an_unknown_name_gets_the_nearest_ones_with_their_places(name, meant):
    with pytest.raises(ConfigError, match=meant):
        sessions.check_calendar(name)


def test_days_find_their_calendar_and_a_tie_is_the_likeliest_exchange():
    fits = best_calendars(sessions.between("XETR", D(2023, 1, 1), D(2024, 6, 30)))
    assert (fits[0].name, fits[0].matched_fraction, fits[0].missing, fits[0].extra, fits[0].n_beyond) == ("XETR", 1.0, (), (), 0)
    assert "XFRA" in {fit.name for fit in fits if fit.matched_fraction == 1}


def test_holes_and_strays_are_named_and_days_beyond_a_calendar_do_not_count():
    days = sessions.between("XBOM", D(2026, 11, 2), D(2026, 12, 31)).tolist()
    fit = next(one for one in best_calendars([*days[:5], *days[6:], D(2026, 11, 28), D(2027, 1, 4)]) if one.name == "XBOM")
    assert (fit.missing, fit.extra, fit.n_beyond) == ((days[5],), (D(2026, 11, 28),), 1)
    assert fit.matched_fraction == pytest.approx((len(days) - 1) / (len(days) + 1))
    assert best_calendars([]) == []
