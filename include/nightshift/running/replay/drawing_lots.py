"""Which past night is replayed this week: by lot, and the same lot for the same day."""

from __future__ import annotations

import datetime as dt
import random

from nightshift.storage import addresses, store
from nightshift.storage.night import Night, is_of_this_code, night_of


def drawn(market: str, day: dt.date) -> Night | None:
    """A judged night of this market that the installed code can make again, drawn by the day; none where there is none yet."""
    judged = [where for where in addresses.opened_nights(market) if store.exists(addresses.stage(where, "verdict"))]
    whole = [night for night in map(night_of, judged) if is_of_this_code(night) and store.exists(night.snapshot)]
    return random.Random(f"{market} {day}").choice(whole) if whole else None
