"""The clock on the wall: what a form asks about has to have been."""

from __future__ import annotations

import datetime as dt

from nightshift import sessions
from nightshift.errors import ConfigError

CLOCKS_DIFFER = dt.timedelta(minutes=5)


def refuse_future(asked: str | None, now: dt.datetime) -> None:
    """What was asked for has to have been, but for the difference of two clocks."""
    if asked and sessions.utc(asked) > now + CLOCKS_DIFFER:
        raise ConfigError(
            expected=f"`as_of` not after now, {now:%Y-%m-%d %H:%M} UTC",
            found=asked,
            next_step="trigger the run again with an instant that has been, or leave `as_of` empty",
        )
