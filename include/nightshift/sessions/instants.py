"""Instants in UTC: of text, and of an exchange's own clock; and whether one has been."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from nightshift.errors import ConfigError

CLOCKS_DIFFER = dt.timedelta(minutes=5)  # of two machines


def utc(when: dt.datetime | str, name: str = "it") -> dt.datetime:
    """An instant in UTC; text and naive instants are taken as UTC. `name` is what whoever asks calls it.

    >>> utc("2026-11-19").isoformat()
    '2026-11-19T00:00:00+00:00'
    """
    try:
        instant = dt.datetime.fromisoformat(when) if isinstance(when, str) else when
    except ValueError:
        raise ConfigError(
            expected="a date or instant such as 2026-11-19 or 2026-11-19T22:00:00+00:00", found=repr(when), next_step=f"correct {name}"
        ) from None
    return instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant.astimezone(dt.UTC)


def refuse_future(instant: dt.datetime, now: dt.datetime, name: str) -> None:
    """What is asked about has to have been, but for the difference of two clocks: nobody knows the bars of what is to come.

    >>> refuse_future(utc("2026-11-20T12:04"), utc("2026-11-20T12:00"), "As of")
    >>> refuse_future(utc("2027-03-01"), utc("2026-11-20"), "As of")
    Traceback (most recent call last):
    nightshift.errors.ConfigError: expected As of not after now, 2026-11-20 00:00 UTC; found 2027-03-01 00:00 UTC; next: ask about the past
    """
    if instant > now + CLOCKS_DIFFER:
        raise ConfigError(
            expected=f"{name} not after now, {now:%Y-%m-%d %H:%M} UTC",
            found=f"{instant:%Y-%m-%d %H:%M} UTC",
            next_step="ask about the past",
        )


def on_the_clock(day: dt.date, minutes: int, zone: str) -> dt.datetime:
    """When a clock in `zone` shows so many minutes after a day's midnight: in UTC, without saying so.

    >>> on_the_clock(dt.date(2026, 7, 1), 16 * 60, "America/New_York"), on_the_clock(dt.date(2026, 7, 1), 24 * 60, "UTC")
    (datetime.datetime(2026, 7, 1, 20, 0), datetime.datetime(2026, 7, 2, 0, 0))
    """
    shown = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)) + dt.timedelta(minutes=minutes)
    return shown.astimezone(dt.UTC).replace(tzinfo=None)
