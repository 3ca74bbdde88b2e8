"""The calendars of exchange_calendars, by name: what they know, their days and their closes."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nightshift.sessions.mended_library import mend, opened_span, within

if TYPE_CHECKING:
    import numpy as np

# From when on the library is trusted. Its rules go back for ever, but were written for the years since exchanges have had computers.
SINCE = dt.date(1990, 1, 1)
SINCE_EARLIER = {"XNYS": dt.date(1952, 10, 1)}  # every closing of New York is recorded; until September 1952 it traded on Saturdays, too
HORIZON = dt.date(2040, 12, 31)  # the library's own is a year from today, and the same night would reckon otherwise next year


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
    before = opened_span.set((first, last))
    try:
        with _quiet():
            closes = kind(start=str(first), end=str(last)).closes
    finally:
        opened_span.reset(before)
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
        here = within(days, begins, ends)
        open_[here] = np.is_busday(days[here], weekmask, holidays)
    return days[open_]


def _kind(name: str) -> Any:
    mend()
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


def _days(instants: Any) -> np.ndarray:
    import pandas as pd

    return pd.DatetimeIndex(instants).tz_localize(None).to_numpy().astype("datetime64[D]")
