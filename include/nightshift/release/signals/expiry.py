"""For which session signals are, and until when they are good: by the market's calendar, the clock is never asked."""

from __future__ import annotations

import datetime as dt

from nightshift import sessions
from nightshift.config import Market


def for_session(market: Market, session: dt.date) -> dt.date:
    """The session in whose open the answer of these bars' session is traded."""
    return sessions.following(market.calendar, session, 1, expected=True)


def expires_at(market: Market, session: dt.date) -> dt.datetime:
    """The instant after which signals of a session's bars are stale: the close of the session they are for, and the grace."""
    last = sessions.following(market.calendar, session, market.serving.expires_after_sessions, expected=True)
    return sessions.close_of(market.calendar, last, expected=True) + dt.timedelta(minutes=market.serving.grace_minutes)
