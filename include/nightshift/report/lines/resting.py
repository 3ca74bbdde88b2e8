"""What is said of a night without news: no new bar, which answer stands, and what keeps serving."""

from __future__ import annotations

from collections.abc import Mapping

from nightshift.nouns.news_record import NO_NEW_BAR, NewsRecord
from nightshift.storage import store
from nightshift.storage.night import Night


def news_of(night: Night) -> NewsRecord | None:
    """What the night listened to; none where it did not come to it, or is of an older version."""
    return night.read(NewsRecord, "news") if store.exists(night.stage("news")) else None


def without_news(night: Night) -> dict[str, str | None]:
    """The facts of a night that rests on an earlier answer; empty for one that is worked through."""
    heard = news_of(night)
    if heard is None or heard.has_news:
        return {}
    return {
        "night": night.address,
        "session": str(night.session),
        "decision": NO_NEW_BAR,
        "headline": heard.why,
        "newest_session": heard.newest_session,
        "rests_on": heard.rests_on,
        "stands": heard.decision,
        "serves": heard.served or None,
    }


def lines(night: Night, told: Mapping[str, object]) -> list[str]:
    """The facts of such a night for people, below its headline, and what can be typed."""
    market = night.market.market
    return [
        f"  market    {night.market.title}",
        f"  session   {told['session']}, as of {night.as_of:%Y-%m-%d %H:%M} UTC",
        f"  serves    {told['serves'] or 'nothing'}",
        f"  report    {told['report']}",
        f"  next      nightshift history --market {market} --last",
        f"            to train all the same: nightshift run --market {market} --force WHY",
    ]
