"""The calendars of exchange_calendars, the only importer of that library, with what a newer pandas broke in it mended."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

# From when on the library is trusted. Its rules go back for ever, but were written for the years since exchanges have had computers.
SINCE = dt.date(1990, 1, 1)
SINCE_EARLIER = {"XNYS": dt.date(1952, 10, 1)}  # every closing of New York is recorded; until September 1952 it traded on Saturdays, too
HORIZON = dt.date(2040, 12, 31)  # the library's own is a year from today, and the same night would reckon otherwise next year

_span: ContextVar[tuple[dt.date, dt.date]] = ContextVar("span", default=(SINCE, HORIZON))  # of the calendar that is being opened
_asked_before: dict[tuple, tuple[Any, Any]] = {}


class Regular(NamedTuple):
    """What an ordinary session of a calendar is."""

    zone: str
    close_minutes: int  # after midnight in that zone


def names() -> tuple[str, ...]:
    """Every calendar of the library once; aliases such as NASDAQ for XNYS are left out."""
    return tuple(_factories()[0])


def canonical(name: str) -> str:
    """The calendar behind an alias.

    >>> canonical("NASDAQ"), canonical("XLON")
    ('XNYS', 'XLON')
    """
    return _factories()[1].get(name, name)


def known_span(name: str) -> tuple[dt.date, dt.date]:
    """The days for which the library knows the calendar's holidays.

    >>> [str(day) for day in known_span("XBOM")]
    ['1997-01-01', '2026-12-31']
    """
    kind = _kind(name)
    first, last = kind.bound_min(), kind.bound_max()
    since = first.date() if first is not None else SINCE_EARLIER.get(canonical(name), SINCE)
    return since, min(last.date(), HORIZON) if last is not None else HORIZON


def regular(name: str) -> Regular:
    """The time zone, and the close of an ordinary session today."""
    bare = _bare(name)
    close = bare.close_times[-1][1]
    return Regular(str(bare.tz), close.hour * 60 + close.minute + bare.close_offset * 24 * 60)


def schedule(name: str, first: dt.date, last: dt.date) -> tuple[np.ndarray, np.ndarray]:
    """The sessions from `first` to `last` and the close of each: datetime64[D], and UTC datetime64[us].

    >>> days, closes = schedule("XNYS", dt.date(2026, 11, 27), dt.date(2026, 11, 29))  # a half day
    >>> days.astype(str).tolist(), closes.astype(str).tolist()
    (['2026-11-27'], ['2026-11-27T18:00:00.000000'])
    """
    kind = _kind(name)
    before = _span.set((first, last))
    try:
        with _quiet():
            closes = kind(start=str(first), end=str(last)).closes
    finally:
        _span.reset(before)
    return closes.index.to_numpy().astype("datetime64[D]"), closes.dt.tz_localize(None).to_numpy().astype("datetime64[us]")


def trading_days(name: str, first: dt.date, last: dt.date) -> np.ndarray:
    """The sessions from `first` to `last` by weekdays and holidays alone: a tenth of what their closes take.

    >>> [str(day) for day in trading_days("XNYS", dt.date(2026, 11, 25), dt.date(2026, 11, 30))]
    ['2026-11-25', '2026-11-27', '2026-11-30']
    """
    import numpy as np

    bare = _bare(name)
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    with _quiet():
        holidays = _days(bare.adhoc_holidays)
        if bare.regular_holidays is not None:
            holidays = np.union1d(holidays, _days(bare.regular_holidays.holidays(str(first), str(last))))
    open_ = np.is_busday(days, bare.weekmask, holidays)
    for begins, ends, weekmask in getattr(bare, "special_weekmasks", ()):
        within = _within(days, begins, ends)
        open_[within] = np.is_busday(days[within], weekmask, holidays)
    return days[open_]


def _kind(name: str) -> Any:
    _mend()
    factories, aliases = _factories()
    return factories[aliases.get(name, name)]


def _bare(name: str) -> Any:
    """Its rules, without its schedule: that is what takes the time."""
    kind = _kind(name)
    return kind.__new__(kind)


@cache
def _factories() -> tuple[dict[str, Any], dict[str, str]]:
    from exchange_calendars import calendar_utils

    return calendar_utils._default_calendar_factories, calendar_utils._default_calendar_aliases


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the deprecations inside the library, which its user cannot mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _within(days: np.ndarray, begins: Any, ends: Any) -> np.ndarray:
    """True for the days between two, either of which may be open."""
    import numpy as np

    first, last = (edge if when is None else np.datetime64(when, "D") for when, edge in ((begins, days[0]), (ends, days[-1])))
    return (days >= first) & (days <= last)


def _days(instants: Any) -> np.ndarray:
    import pandas as pd

    return pd.DatetimeIndex(instants).tz_localize(None).to_numpy().astype("datetime64[D]")


@cache
def _mend() -> None:
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


def _mask_of_composite(offset: Any, instants: np.ndarray) -> np.ndarray:
    import numpy as np

    days = instants.astype("datetime64[D]")
    open_ = np.is_busday(days, busdaycal=offset.calendar)
    for begins, ends, inner in offset.business_days:
        within = _within(days, begins, ends)
        open_[within] = np.is_busday(days[within], busdaycal=inner.calendar)
    return open_


def _holidays_of_the_span(calendar: Any, start: Any = None, end: Any = None, return_name: bool = False) -> Any:
    """The same rules are asked three times to open one calendar, and those of Seoul take their time."""
    from pandas.tseries.holiday import AbstractHolidayCalendar

    first, last = _span.get()
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
