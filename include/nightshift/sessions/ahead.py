"""A calendar beyond what it knows, for schedules only: a year of its usual weekdays. What such a day is taken for, nobody learns from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

from nightshift.sessions.instants import on_the_clock
from nightshift.sessions.opened import Opened

DAYS_AHEAD = 366
SESSIONS_LOOKED_AT, LEAST_OFTEN = 60, 4  # a weekday is usual when it was a session so often of late


@cache
def ahead(known: Opened) -> Opened:
    """The same calendar with a year of sessions to be expected."""
    import numpy as np

    recent = [day.weekday() for day in known.sessions[-SESSIONS_LOOKED_AT:].tolist()]
    usual = {weekday for weekday in recent if recent.count(weekday) >= LEAST_OFTEN}
    further = [day for n in range(1, DAYS_AHEAD + 1) if (day := known.until + dt.timedelta(days=n)).weekday() in usual]
    closes = [on_the_clock(day, known.regular.close_minutes, known.regular.zone) for day in further]
    return replace(
        known,
        sessions=np.concatenate([known.sessions, np.array(further, dtype="datetime64[D]")]),
        closes=np.concatenate([known.closes, np.array(closes, dtype="datetime64[us]")]),
        until=known.until + dt.timedelta(days=DAYS_AHEAD),
    )
