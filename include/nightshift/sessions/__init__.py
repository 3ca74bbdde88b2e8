"""Trading days and as-of: the only importer of exchange_calendars. The wall clock is never read here."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from nightshift.errors import ConfigError

YEARS_COUNTED = (dt.date(2005, 1, 1), dt.date(2024, 12, 31))

if TYPE_CHECKING:
    import numpy as np
    from exchange_calendars import ExchangeCalendar


@cache
def _calendar(name: str) -> ExchangeCalendar:
    import exchange_calendars
    from exchange_calendars.errors import InvalidCalendarName

    try:
        return exchange_calendars.get_calendar(name, start="1990-01-01")
    except InvalidCalendarName:
        raise ConfigError(
            expected="an exchange calendar such as XNYS, XLON or XBOM", found=repr(name), next_step="set `calendar:` in the market file"
        ) from None
    except ValueError:  # this exchange's holidays are recorded from a later year on
        earliest = type(exchange_calendars.get_calendar(name)).bound_min()
        return exchange_calendars.get_calendar(name, start=earliest)


def utc(when: dt.datetime | str) -> dt.datetime:
    """An instant in UTC; text and naive instants are taken as UTC.

    >>> utc("2026-11-19").isoformat()
    '2026-11-19T00:00:00+00:00'
    """
    try:
        instant = dt.datetime.fromisoformat(when) if isinstance(when, str) else when
    except ValueError:
        raise ConfigError(
            expected="a date or instant such as 2026-11-19 or 2026-11-19T22:00:00+00:00", found=repr(when), next_step="correct --as-of"
        ) from None
    return instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant.astimezone(dt.UTC)


def last_closed(calendar: str, as_of: dt.datetime) -> dt.date:
    """The last session whose close is not after `as_of`.

    >>> last_closed("XNYS", utc("2026-11-19T20:59")), last_closed("XNYS", utc("2026-11-19T21:00"))
    (datetime.date(2026, 11, 18), datetime.date(2026, 11, 19))
    """
    import numpy as np

    known = _calendar(calendar)
    closes = known.closes
    index = (
        int(closes.searchsorted(np.datetime64(utc(as_of).replace(tzinfo=None), "ns") if closes.dt.tz is None else utc(as_of), side="right"))
        - 1
    )
    if index < 0:
        raise ConfigError(expected=f"an as-of after {known.first_session.date()}", found=str(as_of), next_step="choose a later as-of")
    return known.sessions[index].date()


def close_of(calendar: str, session: dt.date) -> dt.datetime:
    """The instant at which a session closes (half days included)."""
    return _calendar(calendar).session_close(str(session)).to_pydatetime()


def following(calendar: str, session: dt.date, n_sessions: int = 1) -> dt.date:
    """The session `n_sessions` after this one (before it when negative)."""
    known = _calendar(calendar)
    return known.sessions[known.sessions.get_loc(str(session)) + n_sessions].date()


def expected_following(calendar: str, session: dt.date, n_sessions: int) -> dt.date:
    """The session `n_sessions` after this one; beyond the calendar's recorded holidays, the day on which it is to be expected.

    >>> expected_following("XNYS", dt.date(2026, 11, 19), 1), expected_following("XNYS", dt.date(2026, 11, 19), 2520).year
    (datetime.date(2026, 11, 20), 2036)
    """
    known = _calendar(calendar).sessions
    place = known.get_loc(str(session)) + n_sessions
    if place < len(known):
        return known[place].date()
    days_a_session = (known[-1] - known[-253]).days / 252
    return known[-1].date() + dt.timedelta(days=round((place - len(known) + 1) * days_a_session))


def between(calendar: str, first: dt.date, last: dt.date) -> np.ndarray:
    """Every session from `first` to `last`, both included, as datetime64[D]; the calendar knows them from 1990."""
    import numpy as np

    days = _calendar(calendar).sessions.to_numpy().astype("datetime64[D]")
    return days[np.searchsorted(days, np.datetime64(first, "D")) : np.searchsorted(days, np.datetime64(last, "D"), side="right")]


@cache
def a_year(calendar: str) -> int:
    """Sessions of an average year, over twenty years that do not move with the clock: what annual numbers are reckoned with.

    >>> a_year("XNYS"), a_year("24/7")
    (252, 365)
    """
    days = between(calendar, YEARS_COUNTED[0], YEARS_COUNTED[1])
    n_days = int((days[-1] - days[0]).astype(int)) + 1  # of a calendar that is known from a later day on: from there
    return round(len(days) / n_days * 365.25)


def is_session(calendar: str, day: dt.date) -> bool:
    """True on a trading day."""
    return bool(_calendar(calendar).is_session(str(day)))


def closes_of(calendar: str, sessions: np.ndarray) -> np.ndarray:
    """The instant at which each day's session closes, as UTC datetime64[us]; the end of the day where it is no session.

    >>> import numpy as np
    >>> closes_of("XNYS", np.array(["2026-11-27", "2026-11-28"], dtype="datetime64[D]")).astype(str).tolist()
    ['2026-11-27T18:00:00.000000', '2026-11-29T00:00:00.000000']
    """
    import numpy as np

    closes = _calendar(calendar).closes
    days = closes.index.to_numpy().astype("datetime64[D]")
    place = np.minimum(np.searchsorted(days, sessions), len(days) - 1)
    instants = closes.dt.tz_localize(None).to_numpy().astype("datetime64[us]")[place]
    return np.where(days[place] == sessions, instants, (sessions + 1).astype("datetime64[us]"))
