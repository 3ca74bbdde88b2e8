"""The mail of a run whose night was refused: which night it was, its page and its data account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nightshift import sessions
from nightshift.config import Market
from nightshift.errors import DataRefused, LeakFound
from nightshift.storage import addresses, store
from wiring.links import page_of

if TYPE_CHECKING:
    from nightshift.report.mail.alerts import Happening
    from nightshift.report.mail.writing import Mail


def mail_of(market: Market, where: Happening, task: str, error: object) -> Mail | None:
    """The mail of a night whose data was refused, or in which a leak was found; none where something else broke."""
    if not isinstance(error, DataRefused | LeakFound) or not where.as_of:
        return None
    from nightshift.nouns.data_account import DataAccount
    from nightshift.report.gather import beside
    from nightshift.report.mail.stopped import stopped
    from nightshift.storage.night import night_of
    from nightshift.storage.night_state import state_of

    instant = sessions.utc(where.as_of)
    opened = (night_of(address) for address in addresses.newest_nights(market.market))
    night = next((one for one in opened if one.as_of == instant and state_of(one).is_stopped), None)
    if night is None:
        return None
    page = night.stage("report")
    here = replace(where, report=f"{store.path(page)}/report.html", page=page_of(page), night=addresses.name_of(night.address))
    return stopped(here, task, state_of(night), beside(night, DataAccount), error.next_step)
