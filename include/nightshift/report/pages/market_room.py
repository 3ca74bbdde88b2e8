"""The control room's page of one market: what is served, what it says next, its nights, and everything that was ever live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice

from nightshift.config import load_market
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.verdict_record import Verdict
from nightshift.release.signals.issued import newest
from nightshift.report.lines import signal_lines, standing_words
from nightshift.report.pages.control_room import card, told
from nightshift.report.pages.page import render
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Night, night_of

NIGHTS_SHOWN, CHANGES_SHOWN, PAGES_SHOWN = 40, 40, 12


def market_room(name: str, now: dt.datetime) -> str:
    """The page."""
    market, one = load_market(name), card(name, now)
    nights = [night_of(where) for where in islice(addresses.newest_nights(name), NIGHTS_SHOWN)]
    facts = {
        "title": market.title,
        "now": f"{now:%Y-%m-%d %H:%M}",
        "card": {**asdict(one), "wants_somebody": one.wants_somebody},
        "signals": _signals(name),
        "budget": _budget(nights),
        "nights": [{"name": addresses.name_of(night.address), **asdict(told(night))} for night in nights],
        "changes": [_change(entry) for entry in reversed(ledger.entries(name)[-CHANGES_SHOWN:])],
        "weeks": _pages(name, "weeks"),
        "others": [*_pages(name, "simulation_pages"), *_pages(name, "assay_pages"), *_pages(name, "comparisons")],
        "disk_mib": round(_bytes(name) / 2**20),
    }
    return render("market_room", facts)


def _signals(name: str) -> list[tuple[str, str]]:
    given = newest(name)
    return [*signal_lines.named(given.record, given.rows)] if given else []


def _budget(nights: Sequence[Night]) -> str:
    """The error budget as the newest judged night left it."""
    judged = next((night for night in nights if store.exists(night.stage("verdict"))), None)
    standing = judged.read(Verdict, "verdict").standing if judged else None
    return standing_words.budget(standing) if standing else ""


def _change(entry: LedgerEntry) -> dict[str, str]:
    return {
        "at": entry.at[:16].replace("T", " "), "kind": entry.kind, "version": entry.version, "session": entry.session, "who": entry.who,
        "why": entry.why,
    }  # fmt: skip


def _pages(name: str, kind: str) -> list[dict[str, str]]:
    """Pages of a kind, the newest first."""
    there = [where for where in store.children(f"{name}/{kind}") if (store.path(where) / "report.html").is_file()]
    there.sort(key=lambda where: (store.path(where) / store.SEAL).stat().st_mtime_ns, reverse=True)
    word, names = kind.removesuffix("_pages").removesuffix("s"), map(addresses.name_of, there[:PAGES_SHOWN])
    return [{"name": f"{word} {one}", "page": f"{kind}/{one}/report.html"} for one in names]


def _bytes(name: str) -> int:
    """What the market takes on the disk, every file once."""
    seen = {(stat.st_dev, stat.st_ino): stat.st_size for file in store.path(name).rglob("*") if (stat := file.lstat())}
    return sum(seen.values())
