"""The nights of a market: which there are, and which one is meant when none is named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from nightshift.errors import ConfigError
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def last(market: str, stage: str) -> Night:
    """The market's newest night that has this stage, else its newest."""
    found = newest(market, stage)
    if found is None:
        raise ConfigError(expected=f"a night of {market}", found="none yet", next_step=f"nightshift run --market {market}")
    return found


def last_ended(market: str) -> Night:
    """The market's newest night that was judged or refused, else its newest."""
    ended = newest_ended(market)
    return last(market, "verdict") if ended is None else ended


def newest_ended(market: str, as_of: dt.datetime | None = None) -> Night | None:
    """The newest night, known at `as_of`, that was judged or refused; else the newest."""
    from nightshift.storage.night import night_of
    from nightshift.storage.night_state import state_of

    opened = (night_of(where) for where in addresses.newest_nights(market))
    known = [night for night in opened if as_of is None or night.as_of <= as_of]
    return next((night for night in known if state_of(night).has_ended), known[0] if known else None)


def newest(market: str, stage: str, as_of: dt.datetime | None = None) -> Night | None:
    """The newest night, known at `as_of`, that has this stage; else the newest: a search or a night under way has no verdict to tell."""
    from nightshift.storage.night import night_of

    opened = (night_of(where) for where in addresses.newest_nights(market))
    known = [night for night in opened if as_of is None or night.as_of <= as_of]
    return next((night for night in known if store.exists(night.stage(stage))), known[0] if known else None)
