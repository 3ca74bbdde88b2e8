"""Questions about trading days and as-of. The wall clock is never read here."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from nightshift.errors import ConfigError
from nightshift.sessions.ahead import ahead
from nightshift.sessions.instants import utc
from nightshift.sessions.opened import Opened
from nightshift.sessions.opening import opened

if TYPE_CHECKING:
    import numpy as np

YEARS_COUNTED = (dt.date(2005, 1, 1), dt.date(2024, 12, 31))
DAYS_A_YEAR = 365.25
DAYS_AFTER = 4  # a weekend and a holiday: so long after the last day known, nobody expects a session


def last_closed(calendar: str, as_of: dt.datetime, *, expected: bool = False) -> dt.date:
    """The last session whose close is not after `as_of`, an instant in UTC.

    With `expected`, a year of the usual weekdays beyond what is known counts: a schedule goes on, and each night says what is missing.

    >>> last_closed("XNYS", utc("2026-11-19T20:59")), last_closed("XNYS", utc("2026-11-19T21:00"))
    (datetime.date(2026, 11, 18), datetime.date(2026, 11, 19))
    """
    import numpy as np

    known = ahead(opened(calendar)) if expected else opened(calendar)
    place = int(np.searchsorted(known.closes, np.datetime64(utc(as_of).replace(tzinfo=None), "us"), side="right")) - 1
    if place < 0:
        raise ConfigError(expected=f"an as-of after {known.first}", found=str(as_of), next_step="choose a later as-of")
    if not expected and (utc(as_of).date() - known.until).days > DAYS_AFTER:
        raise _unknown(known, utc(as_of).date())
    session: dt.date = known.sessions[place].item()
    return session


def close_of(calendar: str, session: dt.date, *, expected: bool = False) -> dt.datetime:
    """The instant at which a session closes (half days included)."""
    known = ahead(opened(calendar)) if expected else opened(calendar)
    place = known.place(session)
    if place < 0 or known.sessions[place].item() != session:
        raise ConfigError(expected=f"a session of {calendar}", found=str(session), next_step="see the calendar; docs/calendars.md")
    close: dt.datetime = known.closes[place].item()
    return close.replace(tzinfo=dt.UTC)


def following(calendar: str, session: dt.date, n_sessions: int = 1, *, expected: bool = False) -> dt.date:
    """The session `n_sessions` after this day (before it when negative); `ConfigError` where the calendar does not know so far."""
    known = ahead(opened(calendar)) if expected else opened(calendar)
    place = _place_after(known, session, n_sessions)
    if not 0 <= place < len(known.sessions):
        raise _unknown(known, session)
    there: dt.date = known.sessions[place].item()
    return there


def expected_following(calendar: str, session: dt.date, n_sessions: int) -> dt.date:
    """The session `n_sessions` after this day; beyond what the calendar knows, the day on which it is to be expected.

    >>> expected_following("XNYS", dt.date(2026, 11, 19), 1), expected_following("XNYS", dt.date(2026, 11, 19), 25200).year
    (datetime.date(2026, 11, 20), 2126)
    """
    known = opened(calendar)
    place = _place_after(known, session, n_sessions)
    if place < len(known.sessions):
        return following(calendar, session, n_sessions)
    last: dt.date = known.sessions[-1].item()
    days_a_session = DAYS_A_YEAR / _a_year(known)
    return last + dt.timedelta(days=round((place - len(known.sessions) + 1) * days_a_session))


def between(calendar: str, first: dt.date, last: dt.date) -> np.ndarray:
    """Every session from `first` to `last`, both included, as datetime64[D], as far as the calendar knows them."""
    known = opened(calendar)
    return known.sessions[_place_after(known, first, 0) : known.place(last) + 1]


def span(calendar: str) -> tuple[dt.date, dt.date]:
    """The calendar's first session, and the last day of which it knows whether it is one.

    >>> [str(day) for day in span("XBOM")]
    ['1997-01-01', '2026-12-31']
    """
    known = opened(calendar)
    return known.first, known.until


def a_year(calendar: str) -> int:
    """Sessions of an average year, over twenty years that do not move with the clock: what annual numbers are reckoned with.

    >>> a_year("XNYS"), a_year("24/7")
    (252, 365)
    """
    return _a_year(opened(calendar))


def a_week(calendar: str) -> int:
    """Sessions of a week without holidays.

    >>> a_week("XNYS"), a_week("24/7")
    (5, 7)
    """
    return round(a_year(calendar) * 7 / DAYS_A_YEAR)


def is_session(calendar: str, day: dt.date) -> bool:
    """True on a trading day."""
    return len(between(calendar, day, day)) > 0


def closes_of(calendar: str, sessions: np.ndarray) -> np.ndarray:
    """The instant at which each day's session closes, as UTC datetime64[us]; the end of the day where it is no session.

    >>> import numpy as np
    >>> closes_of("XNYS", np.array(["2026-11-27", "2026-11-28"], dtype="datetime64[D]")).astype(str).tolist()
    ['2026-11-27T18:00:00.000000', '2026-11-29T00:00:00.000000']
    """
    import numpy as np

    known = opened(calendar)
    place = np.minimum(np.searchsorted(known.sessions, sessions), len(known.sessions) - 1)
    return np.where(known.sessions[place] == sessions, known.closes[place], (sessions + 1).astype("datetime64[us]"))


@cache
def _a_year(known: Opened) -> int:
    counted = known.sessions[_place_after(known, YEARS_COUNTED[0], 0) : known.place(YEARS_COUNTED[1]) + 1]
    days = counted if len(counted) > 1 else known.sessions  # of a calendar that knows none of those years: all it knows
    n_days = int((days[-1] - days[0]).astype(int)) + 1  # of one that is known from a later day on: from there
    return round(len(days) / n_days * DAYS_A_YEAR)


def _place_after(known: Opened, day: dt.date, n_sessions: int) -> int:
    """Where the session `n_sessions` after a day would be; with 0, the first that is not before it."""
    last_until = known.place(day)
    is_one = last_until >= 0 and known.sessions[last_until].item() == day
    return last_until + n_sessions + (0 if is_one or n_sessions > 0 else 1)


def _unknown(known: Opened, day: dt.date) -> ConfigError:
    return ConfigError(
        expected=f"a day that calendar {known.name} knows, from {known.first} to {known.until}", found=str(day),
        next_step="install a newer exchange-calendars, or write a calendar file that knows further (docs/calendars.md)",
    )  # fmt: skip
