"""The sessions of a calendar file: its base or its weekdays, less what it removes, with what it adds, closed when it says."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nightshift.errors import ConfigError
from nightshift.sessions.calendar_file import DAY_MINUTES, WEEK, CalendarFile, Closes
from nightshift.sessions.instants import on_the_clock
from nightshift.sessions.library import Regular
from nightshift.sessions.opened import Opened


def opened_from(described: CalendarFile, base: Opened | None, where: str) -> Opened:
    """The calendar that a file describes; `where` is the file's name, for what is wrong with it."""
    import numpy as np

    usual = _usual(described, base, where)
    first, until = _span(described, base, where)
    closes = _ordinary(described, base, usual, first, until)
    _refuse_outside(described, first, until, where)
    for day in described.removed:
        closes.pop(day, None)
    closes |= {day: closes.get(day) or on_the_clock(day, usual.close_minutes, usual.zone) for day in described.added}
    closes |= {day: on_the_clock(day, minutes, usual.zone) for day, minutes in described.special_sessions.items()}
    _refuse_strange(described.half_days, closes, where)
    closes |= {day: on_the_clock(day, minutes, usual.zone) for day, minutes in described.half_days.items()}
    days = sorted(closes)
    if not days:
        raise ConfigError(expected=f"sessions in {where}", found="none", next_step="correct first_session, known_until and weekdays")
    instants = np.array([closes[day] for day in days], dtype="datetime64[us]")
    return Opened(described.calendar, np.array(days, dtype="datetime64[D]"), instants, until, usual)


def _usual(described: CalendarFile, base: Opened | None, where: str) -> Regular:
    zone = described.time_zone or (base.regular.zone if base else "")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            expected=f"a valid `time_zone` in {where}", found=repr(zone), next_step="use a name such as Asia/Ho_Chi_Minh"
        ) from None
    minutes = described.closes_at
    return Regular(zone, minutes if minutes is not None else base.regular.close_minutes if base else DAY_MINUTES)


def _span(described: CalendarFile, base: Opened | None, where: str) -> tuple[dt.date, dt.date]:
    """From its first session to the last day that is known: not further than the base, unless the file says it knows."""
    first = described.first_session or (base.first if base else dt.date.max)
    until = described.known_until or (base.until if base else dt.date.min)
    if first > until:
        raise ConfigError(
            expected=f"a `first_session` before `known_until` in {where}", found=f"{first} and {until}", next_step="correct one of them"
        )
    if base and first < base.first:
        raise ConfigError(
            expected=f"a `first_session` from {base.first} on in {where}, as of its base {base.name}", found=str(first),
            next_step="begin later, or write the file without a base",
        )  # fmt: skip
    return first, until


def _ordinary(described: CalendarFile, base: Opened | None, usual: Regular, first: dt.date, until: dt.date) -> dict[dt.date, dt.datetime]:
    """Each session before anything is removed or added, and its close."""
    every = {str(day) for day in described.closed_every_year}
    if base is not None:
        within = (base.sessions >= first) & (base.sessions <= until)
        held = dict(zip(base.sessions[within].tolist(), base.closes[within].tolist(), strict=True))
        moved = described.closes_at is not None or bool(described.time_zone)
        closes = {day: on_the_clock(day, usual.close_minutes, usual.zone) if moved else close for day, close in held.items()}
        first = max(first, base.until + dt.timedelta(days=1))  # a file may know more of the future than its base
    else:
        closes = {}
    weekdays = {WEEK.index(day) for day in described.weekdays}
    further = (first + dt.timedelta(days=n) for n in range((until - first).days + 1))
    closes |= {day: on_the_clock(day, usual.close_minutes, usual.zone) for day in further if day.weekday() in weekdays}
    return {day: close for day, close in closes.items() if f"{day:%m-%d}" not in every}


def _refuse_outside(described: CalendarFile, first: dt.date, until: dt.date, where: str) -> None:
    for key in ("removed", "added", "half_days", "special_sessions"):
        outside = [day for day in getattr(described, key) if not first <= day <= until]
        if outside:
            raise ConfigError(
                expected=f"days from {first} to {until} under `{key}` in {where}", found=str(min(outside)),
                next_step="correct the day, or first_session and known_until",
            )  # fmt: skip


def _refuse_strange(half_days: Closes, closes: dict[dt.date, dt.datetime], where: str) -> None:
    strange = sorted(day for day in half_days if day not in closes)
    if strange:
        raise ConfigError(
            expected=f"sessions under `half_days` in {where}", found=f"{strange[0]:%Y-%m-%d, a %A} that is none",
            next_step="correct the day, or put it under `special_sessions`",
        )  # fmt: skip
