"""Is there anything new to judge? Nothing is: the snapshot, the policy, the wishes and the code of a night that was judged before.

Training again would give the same models, and looking again at the same evidence would only spend the error budget.
"""

from __future__ import annotations

import datetime as dt

from nightshift import sessions
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.storage import addresses, fingerprints, ledger, store
from nightshift.storage.night import Night, is_of_this_code, night_of


def listen(night: Night) -> NewsRecord:
    """What the night has to do: all of its work, or nothing because an earlier answer stands."""
    newest = SnapshotRecord.read(store.path(night.snapshot)).last_session
    live = ledger.live(night.market.market)
    facts = {"newest_session": str(newest), "served": live.version if live else ""}
    why, earlier = _reason_to_work(night, newest), _last_judged(night)
    if not why and earlier is None:
        why = "no earlier night was judged under these wishes"
    elif not why and earlier is not None:
        why = _what_changed(night, earlier)
    if why or earlier is None:
        return NewsRecord(has_news=True, why=why, rests_on="", decision="", **facts)
    decision = earlier.read(Verdict, "verdict").decision
    name = addresses.name_of(earlier.address)
    why = f"no bar is newer than {newest}, and the night {name} judged these bars: its {decision} stands"
    return NewsRecord(has_news=False, why=why, rests_on=earlier.address, decision=decision, **facts)


def _reason_to_work(night: Night, newest: dt.date) -> str:
    """Why the night goes on whatever was judged before; empty: nothing but news would make it."""
    if night.options.force:
        return f"forced by {night.options.force}"
    limit = night.market.quality.max_data_age_hours
    age = night.as_of - sessions.close_of(night.market.calendar, newest)
    if age > dt.timedelta(hours=limit):  # a feed that stopped is refused by the check, not rested on
        return f"the newest bar is of {newest}, older than the {limit:g} hours that the check allows"
    return ""


def _last_judged(night: Night) -> Night | None:
    """The market's last judged night of an earlier session that was asked the same."""
    for where in reversed(addresses.opened_nights(night.market.market)):
        if store.exists(addresses.stage(where, "verdict")):
            earlier = night_of(where)
            if earlier.session < night.session and earlier.options.but(force="") == night.options:
                return earlier
    return None


def _what_changed(night: Night, earlier: Night) -> str:
    """What is other than on the earlier night, or was left undone there; empty: nothing."""
    name = addresses.name_of(earlier.address)
    if earlier.snapshot != night.snapshot:
        return f"other bars than in the night {name}"
    if fingerprints.policy(earlier.market) != fingerprints.policy(night.market):
        return f"the same bars as in the night {name}, but another policy"
    if not is_of_this_code(earlier):
        return f"the same bars as in the night {name}, but other code"
    if earlier.read(Verdict, "verdict").promotes and ledger.promotion_of(earlier.address) is None:
        return f"the night {name} wanted to release its challenger and did not come to it"
    return ""
