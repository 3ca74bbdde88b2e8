"""The calendars of exchange_calendars, opened with what its newest pandas broke mended. Nothing else here imports that library."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    from exchange_calendars import ExchangeCalendar


def canonical_names() -> tuple[str, ...]:
    """Every calendar of the library once; aliases such as NASDAQ for XNYS are left out."""
    import exchange_calendars

    return tuple(exchange_calendars.get_calendar_names(include_aliases=False))


@cache
def factory(name: str) -> type[ExchangeCalendar]:
    """The class behind a name or an alias; KeyError for a name that the library does not have."""
    from exchange_calendars.calendar_utils import _default_calendar_aliases, _default_calendar_factories

    _mend()
    return _default_calendar_factories[_default_calendar_aliases.get(name, name)]


def trading_days(name: str, first: dt.date, last: dt.date) -> np.ndarray:
    """The sessions from `first` to `last` by weekdays and holidays alone: a tenth of what opening the calendar takes.

    >>> import datetime as dt
    >>> [str(day) for day in trading_days("XNYS", dt.date(2026, 11, 25), dt.date(2026, 11, 30))]
    ['2026-11-25', '2026-11-27', '2026-11-30']
    """
    import numpy as np

    kind: Any = factory(name)
    bare = kind.__new__(kind)  # its opening and closing instants take the time, and are not wanted
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    with _quiet():
        holidays = _days(bare.adhoc_holidays)
        if bare.regular_holidays is not None:  # between two days: by itself the library knows none before 1970
            holidays = np.union1d(holidays, _days(bare.regular_holidays.holidays(str(first), str(last))))
    open_ = np.is_busday(days, bare.weekmask, holidays)
    for begins, ends, weekmask in getattr(bare, "special_weekmasks", ()):
        within = (days >= _bound(begins, days[0])) & (days <= _bound(ends, days[-1]))
        open_[within] = np.is_busday(days[within], weekmask, holidays)
    return days[open_]


def known_span(name: str) -> tuple[dt.date | None, dt.date | None]:
    """From and to which day the library knows the calendar's holidays; none where rules go on in both directions."""
    first, last = factory(name).bound_min(), factory(name).bound_max()
    return (first.date() if first is not None else None), (last.date() if last is not None else None)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the deprecations inside the library, which its user cannot mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _bound(when: Any, otherwise: np.datetime64) -> np.datetime64:
    import numpy as np

    return otherwise if when is None else np.datetime64(when, "D")


def _days(instants: Any) -> np.ndarray:
    import pandas as pd

    return pd.DatetimeIndex(instants).tz_localize(None).to_numpy().astype("datetime64[D]")


@cache
def _mend() -> None:
    """pandas 3.1 calls `_add_datetime` and `_get_daily_offset_mask`, where exchange_calendars 4.13 still overrides `_apply`.

    Without this ASEX, XBEL, XBSE, XCYS and XTAE cannot be opened, and XBOM, XKRX and XMOS lack their Saturdays without a word.
    """
    from exchange_calendars import tase_holidays
    from exchange_calendars.pandas_extensions import offsets

    for moved in (offsets.OrthodoxEaster, tase_holidays._HolidayOffset, tase_holidays._YomKippurEveObserved):
        moved._add_datetime = moved._apply
    offsets.CompositeCustomBusinessDay._get_daily_offset_mask = _mask_of_composite
    offsets.CompositeCustomBusinessDay._add_datetime = _next_of_composite


def _mask_of_composite(offset: Any, instants: np.ndarray) -> np.ndarray:
    import numpy as np

    days = instants.astype("datetime64[D]")
    open_ = np.is_busday(days, busdaycal=offset.calendar)
    for begins, ends, inner in offset.business_days:
        within = (days >= _bound(begins, days[0])) & (days <= _bound(ends, days[-1]))
        open_[within] = np.is_busday(days[within], busdaycal=inner.calendar)
    return open_


def _next_of_composite(offset: Any, instant: Any) -> Any:
    import datetime as dt

    following = instant + dt.timedelta(days=1)
    while not offset.is_on_offset(following):
        following += dt.timedelta(days=1)
    return following
