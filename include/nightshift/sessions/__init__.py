"""Trading days and as-of: calendars of the library and of files. Cheap to import; a calendar is opened when it is first needed."""

from nightshift.sessions.instants import CLOCKS_DIFFER, refuse_future, utc
from nightshift.sessions.opening import check_calendar, facts_of
from nightshift.sessions.trading_days import (
    YEARS_COUNTED,
    a_week,
    a_year,
    between,
    close_of,
    closes_of,
    expected_following,
    following,
    is_session,
    last_closed,
    span,
)

__all__ = [
    "CLOCKS_DIFFER", "YEARS_COUNTED", "a_week", "a_year", "between", "check_calendar", "close_of", "closes_of", "expected_following",
    "facts_of", "following", "is_session", "last_closed", "refuse_future", "span", "utc",
]  # fmt: skip
