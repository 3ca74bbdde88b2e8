"""The mails of what did not happen: a night that is late, and one that nobody heard of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.writing import Mail, written


@dataclass(frozen=True)
class _Silence:
    where: Happening
    session: str
    due: str
    hours: str
    stands: str  # where the night stands; empty: nobody began it
    served: str


def late(market: str, session: dt.date, due: dt.datetime, now: dt.datetime, stands: str, served: str) -> Mail:
    """The night should have ended, and may still.

    >>> due, now = (dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC) for day, hour in ((19, 21), (20, 1)))
    >>> late("demo", dt.date(2026, 11, 19), due, now, "unfinished at models", "").subject
    '[nightshift][demo] LATE 2026-11-19: 4 hours after it was due the night is unfinished at models'
    """
    return written("late", _facts(market, session, due, now, stands, served))


def silent(market: str, session: dt.date, due: dt.datetime, now: dt.datetime, stands: str, served: str) -> Mail:
    """The night has no verdict, no refusal and no rest, long after it was due: the dead man's mail."""
    return written("silent", _facts(market, session, due, now, stands, served))


def _facts(market: str, session: dt.date, due: dt.datetime, now: dt.datetime, stands: str, served: str) -> _Silence:
    where = Happening(market, run="", as_of=due.isoformat())
    hours = max(1, round((now - due).total_seconds() / 3600))
    return _Silence(where, str(session), f"{due:%Y-%m-%d %H:%M} UTC", f"{hours} hour{'s' * (hours > 1)}", stands, served)
