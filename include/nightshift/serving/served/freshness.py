"""How long an answer is good: by the newest session whose bars the market's nights have seen. Nights that stop make every answer stale."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nightshift.config import Market, load_market
from nightshift.errors import ConfigError
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.release.signals.expiry import expires_at
from nightshift.storage import addresses, store
from nightshift.storage.night import Night, night_of
from nightshift.storage.night_state import state_of


@dataclass(frozen=True)
class Freshness:
    """The newest session of a market's bars, and until when what was learned from them may be acted on."""

    session: dt.date
    expires_at: dt.datetime
    when_stale: str  # refuse | flag
    night: Night | None = None  # whose bars they are; none where no checked night is left

    def is_stale(self, now: dt.datetime) -> bool:
        """True once nobody should act on it."""
        return now > self.expires_at


def freshness(market: Market, learned_from: dt.date) -> Freshness:
    """From the market's newest night with bars; from the release's own session where there is none left."""
    night = newest_checked(market.market)
    session = SnapshotRecord.read(store.path(night.snapshot)).last_session if night else learned_from
    return Freshness(session, expires_at(market, session), market.serving.when_stale, night)


def newest_checked(market: str) -> Night | None:
    """The newest night whose bars passed their check; a refused or leaking one tells nothing of the market."""
    nights = (night_of(where) for where in addresses.newest_nights(market))
    return next((one for one in nights if store.exists(one.stage("check")) and not state_of(one).is_stopped), None)


def market_of(name: str, night: str) -> Market:
    """The market as its file says today; where a service has only the store, as the release's night had it."""
    try:
        return load_market(name)
    except ConfigError:
        return night_of(night).market
