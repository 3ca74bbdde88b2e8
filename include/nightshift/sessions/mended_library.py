"""What a newer pandas broke in exchange_calendars, mended. This and `library` are the only importers of that library."""

from __future__ import annotations

import datetime as dt
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# The days of the calendar that is being opened: its holidays are wanted, and no others.
opened_span: ContextVar[tuple[dt.date, dt.date]] = ContextVar("opened_span", default=(dt.date(1990, 1, 1), dt.date(2040, 12, 31)))
_asked_before: dict[tuple, tuple[Any, Any]] = {}


@cache
def mend() -> None:
    """pandas 3.1 calls `_add_datetime` and `_get_daily_offset_mask` where exchange_calendars 4.13 overrides `_apply`.

    Without this ASEX, XBEL, XBSE, XCYS and XTAE cannot be opened, and XBOM, XKRX and XMOS lack their weekend sessions without a word.
    Whoever says not which holidays gets those from 1970 to 2200 of pandas: here, those of the days that are being opened.
    """
    from exchange_calendars import tase_holidays
    from exchange_calendars.exchange_calendar import HolidayCalendar
    from exchange_calendars.pandas_extensions import offsets

    for moved in (offsets.OrthodoxEaster, tase_holidays._HolidayOffset, tase_holidays._YomKippurEveObserved):
        moved._add_datetime = moved._apply
    offsets.CompositeCustomBusinessDay._get_daily_offset_mask = _mask_of_composite
    offsets.CompositeCustomBusinessDay._add_datetime = _next_of_composite
    HolidayCalendar.holidays = _holidays_of_the_span


def within(days: np.ndarray, begins: Any, ends: Any) -> np.ndarray:
    """True for the days between two, either of which may be open."""
    import numpy as np

    first, last = (edge if when is None else np.datetime64(when, "D") for when, edge in ((begins, days[0]), (ends, days[-1])))
    return (days >= first) & (days <= last)


def _mask_of_composite(offset: Any, instants: np.ndarray) -> np.ndarray:
    import numpy as np

    days = instants.astype("datetime64[D]")
    open_ = np.is_busday(days, busdaycal=offset.calendar)
    for begins, ends, inner in offset.business_days:
        here = within(days, begins, ends)
        open_[here] = np.is_busday(days[here], busdaycal=inner.calendar)
    return open_


def _holidays_of_the_span(calendar: Any, start: Any = None, end: Any = None, return_name: bool = False) -> Any:
    """The same rules are asked three times to open one calendar, and those of Seoul take their time."""
    from pandas.tseries.holiday import AbstractHolidayCalendar

    first, last = opened_span.get()
    around = dt.timedelta(days=31)  # opening looks for the session beside the first and the last
    begins, ends = start or str(first - around), end or str(last + around)
    key = (tuple(map(id, calendar.rules)), str(begins), str(ends), return_name)
    if key not in _asked_before:
        _asked_before[key] = (calendar, AbstractHolidayCalendar.holidays(calendar, begins, ends, return_name))  # it keeps the rules alive
    return _asked_before[key][1]


def _next_of_composite(offset: Any, instant: Any) -> Any:
    following = instant + dt.timedelta(days=1)
    while not offset.is_on_offset(following):
        following += dt.timedelta(days=1)
    return following
