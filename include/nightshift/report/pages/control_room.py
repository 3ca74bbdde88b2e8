"""The control room's first page: a line a market, the ones that want somebody first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from nightshift.config import Market, load_market
from nightshift.nouns.verdict_record import Verdict
from nightshift.release.signals.issued import newest
from nightshift.report.lines.loud import kept_out, loud, word_of
from nightshift.report.lines.resting import without_news
from nightshift.report.lines.signal_lines import headline
from nightshift.report.pages.page import render
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night, night_of
from nightshift.storage.night_state import state_of

_OLD_HOURS = 24 * 6  # a night older than this is not last night's on any calendar


@dataclass(frozen=True)
class Told:
    """The newest night of a market in a word, a sentence, and where its page is."""

    word: str
    sentence: str
    session: str
    as_of: str
    page: str  # below the market's pages; empty: none was made
    loud: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """What a market's line says."""

    market: str
    title: str
    version: str
    family: str
    since: str
    session: str
    night: Told | None
    signals: str
    expired: bool

    @property
    def wants_somebody(self) -> bool:
        """True where a person should look first."""
        return self.expired or bool(self.night and (self.night.loud or self.night.word in {"DATA REFUSED", "LEAK FOUND", "UNFINISHED"}))


def card(name: str, now: dt.datetime) -> Card:
    """A market as it stands."""
    market, live, given = load_market(name), ledger.live(name), newest(name)
    last = next(addresses.newest_nights(name), None)
    return Card(
        market=name,
        title=market.title,
        version=live.version if live else "",
        family=live.evidence.family if live else "",
        since=_minute(live.at) if live else "",
        session=live.session if live else "",
        night=told(night_of(last)) if last else None,
        signals=headline(given.record) if given else "",
        expired=_is_expired(market, bool(live), given.record.expires_at if given else None, now),
    )


def told(night: Night) -> Told:
    """One night, as lists of nights say it."""
    report = night.stage("report")
    page = "/".join((*report.split("/")[1:], "report.html")) if (store.path(report) / "report.html").is_file() else ""
    session, as_of = str(night.session), f"{night.as_of:%Y-%m-%d %H:%M}"
    if rested := without_news(night):
        return Told("NO NEW BAR", str(rested["headline"]), session, as_of, page, ())
    state = state_of(night)
    if state.word != "judged":
        return Told(state.word.upper(), state.reason, session, as_of, page, ())
    verdict = night.read(Verdict, "verdict")
    said = loud(verdict, word_of(ledger.promotion_of(night.address)), kept_out(night))
    return Told(verdict.decision, verdict.headline, session, as_of, page, tuple((one.word, one.says) for one in said))


def control_room(cards: Sequence[Card], now: dt.datetime) -> str:
    """The page; what wants somebody stands first."""
    ordered = sorted(cards, key=lambda one: (not one.wants_somebody, one.market))
    rows = [{**asdict(one), "wants_somebody": one.wants_somebody} for one in ordered]
    return render("control_room", {"title": "Nightshift", "now": f"{now:%Y-%m-%d %H:%M}", "cards": rows})


def _is_expired(market: Market, serves: bool, expires_at: dt.datetime | None, now: dt.datetime) -> bool:
    """True where what is served has nothing to say any more, and nights should have renewed it."""
    return serves and market.schedule.finished_on is None and (expires_at is None or expires_at < now)


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ")
