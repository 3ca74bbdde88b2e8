"""Watch: what the served models said, against what happened and against what was promised at their release."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift import sessions
from nightshift.storage import addresses, fingerprints, store

if TYPE_CHECKING:
    from nightshift.config import Market


def weekly(market: Market, as_of: dt.datetime) -> str:
    """Matured predictions of what was served against outcomes, as a record and `report.html`; returns the address.

    The address is `<market>/weeks/<session>-<key>`: the same ledger, nights and session find the same folder.
    """
    from nightshift.report.pages import weekly as page
    from nightshift.watch.week import week_of

    session = sessions.last_closed(market.calendar, as_of)
    week = week_of(market, session, as_of)
    key = store.fingerprint([week.facts(), fingerprints.of(fingerprints.PAGE)])
    where = addresses.week(market.market, f"{session}-{key[:8]}")

    def fill(folder: Path) -> None:
        week.write(folder)
        (folder / "report.html").write_text(page.weekly_page(week), encoding="utf-8")

    return store.write(where, fill)
