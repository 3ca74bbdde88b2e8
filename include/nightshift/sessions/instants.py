"""Instants in UTC: of text, and of an exchange's own clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from nightshift.errors import ConfigError


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


def on_the_clock(day: dt.date, minutes: int, zone: str) -> dt.datetime:
    """When a clock in `zone` shows so many minutes after a day's midnight: in UTC, without saying so.

    >>> on_the_clock(dt.date(2026, 7, 1), 16 * 60, "America/New_York"), on_the_clock(dt.date(2026, 7, 1), 24 * 60, "UTC")
    (datetime.datetime(2026, 7, 1, 20, 0), datetime.datetime(2026, 7, 2, 0, 0))
    """
    shown = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)) + dt.timedelta(minutes=minutes)
    return shown.astimezone(dt.UTC).replace(tzinfo=None)
