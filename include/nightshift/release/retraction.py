"""Marking a release as never to serve again. Where it is the live one, the same write serves the version that was live before it came.

One transaction: the retraction, and the rollback that follows from it. Killed after it, `settling` finishes from the ledger alone.
Where no earlier version may serve, the market serves nothing, and its next night is judged as a first one.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from nightshift.config import Market, known
from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.release import settling
from nightshift.release.served_again import again, refuse_unless_whole
from nightshift.storage import ledger
from nightshift.storage.ledger_lineage import lineage, retracted_among

LOG = logging.getLogger("nightshift.release")


@dataclass(frozen=True)
class Retracted:
    """What a retraction came to."""

    entry: LedgerEntry
    was_live: bool
    serves: str | None  # what is live after it; none: nothing


def retract(market: Market, version: str, who: str, why: str, *, at: dt.datetime | None = None) -> Retracted:
    """The version never serves again; refused without a reason, and where it is retracted already."""
    name = market.market
    released = _retractable(name, version)
    if not why.strip():
        raise ReleaseRefused(expected=f"why {version} is retracted", found="nothing", next_step="say why: the ledger keeps it")
    live = ledger.live(name)
    was_live = live is not None and live.version == version
    fallback = _fallback(name, version) if was_live else None
    changes = [_never_again(released, who, why)]
    if fallback:
        changes.append(again(fallback, who, f"{version} was retracted: {why}"))
    serving = live.version if live else None
    written = ledger.append_all(changes, at=at or dt.datetime.now(dt.UTC), expected_live=serving)
    settling.settle(name)
    after = ledger.live(name)
    return Retracted(written[0], was_live, after.version if after else None)


def would_retract(market: str, version: str) -> tuple[bool, str | None]:
    """Whether the version is live, and what would be served after its retraction; refused as the retraction would be."""
    _retractable(market, version)
    live = ledger.live(market)
    if live is None or live.version != version:
        return False, live.version if live else None
    fallback = _fallback(market, version)
    return True, fallback.version if fallback else None


def _retractable(name: str, version: str) -> LedgerEntry:
    entries = ledger.entries(name)
    released = {entry.version: entry for entry in entries if entry.released}
    chosen = released[known(f"version of {name}", version, released)]
    if said := retracted_among(entries).get(chosen.version):
        raise ReleaseRefused(
            expected=f"a version of {name} that is not retracted yet",
            found=f"{version}, retracted by {said.who} at {said.at[:16]}: {said.why}",
            next_step="nothing is to do: it never serves again",
        )
    return chosen


def _fallback(name: str, version: str) -> LedgerEntry | None:
    """The newest version below the live one that is whole; a damaged one is passed over, for what is retracted must go."""
    entries = ledger.entries(name)
    released = {entry.version: entry for entry in entries if entry.released}
    for below in reversed([other for other in lineage(entries) if other != version]):
        try:
            refuse_unless_whole(released[below])
        except ReleaseRefused as failure:
            LOG.warning("%s %s cannot take over: %s", name, below, failure)
            continue
        return released[below]
    return None


def _never_again(released: LedgerEntry, who: str, why: str) -> Change:
    facts = {field: getattr(released, field) for field in Change.model_fields}
    return Change(**facts | {"kind": "retract", "who": who or "unnamed", "why": why})
