"""Serving an earlier version again: a new ledger entry, never an edit.

`previous` is the version that was live before the live one came: a second rollback goes one further back, never to what was just
left. A caller that may be repeated from outside (a task that is retried) gives `at`, and two requests with one `at` are one; asking
again after a kill finishes what is unfinished. Both write no entry.
"""

from __future__ import annotations

import datetime as dt

from nightshift.config import Market, known
from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.release import settling
from nightshift.release.served_again import again, refuse_unless_whole
from nightshift.storage import addresses, ledger, store
from nightshift.storage.ledger_lineage import previous_among, retracted_among

PREVIOUS = "previous"


def rollback(market: Market, to: str = PREVIOUS, who: str = "", why: str = "", *, at: dt.datetime | None = None) -> LedgerEntry:
    """The ledger entry by which `to` is live again; a missing or damaged target changes nothing."""
    name = market.market
    live = _live(name)
    if _is_repeated(live, to, at):
        settling.settle(name)
        return live
    target = _target(name, live, to)
    refuse_unless_whole(target)
    written = ledger.append(again(target, who, why), at=at or dt.datetime.now(dt.UTC), expected_live=live.version)
    settling.settle(name)
    return written


def would_serve(market: str, to: str = PREVIOUS) -> str:
    """The version that a rollback to `to` would serve; refused as the rollback itself would be."""
    return _target(market, _live(market), to).version


def _is_repeated(live: LedgerEntry, to: str, at: dt.datetime | None) -> bool:
    """True when the last rollback was asked for at this very instant, or reached the ledger but not the pointer."""
    if to not in {PREVIOUS, live.version} or live.kind != "rollback":
        return False
    same_instant = at is not None and at == dt.datetime.fromisoformat(live.at)
    return same_instant or store.pointed(addresses.serving(live.market)) != live.release


def _live(name: str) -> LedgerEntry:
    live = ledger.live(name)
    if live is None:
        raise ReleaseRefused(expected=f"a version of {name} that is served", found="none", next_step=f"nightshift run --market {name}")
    return live


def _target(name: str, live: LedgerEntry, to: str) -> LedgerEntry:
    entries = ledger.entries(name)
    if to == live.version:
        raise ReleaseRefused(
            expected=f"another version of {name} than the one it serves", found=to, next_step="nothing is to do: it is served already"
        )
    retracted = retracted_among(entries)
    released = {entry.version: entry for entry in entries if entry.released}
    wanted = previous_among(entries) if to == PREVIOUS else to
    if wanted is None:
        without = f"; retracted: {', '.join(sorted(retracted))}" if retracted else ""
        raise ReleaseRefused(
            expected=f"a version of {name} that was live before {live.version} and may serve again",
            found=f"none{without}",
            next_step="name one with --to (nightshift history)",
        )
    chosen = released[known(f"version of {name}", wanted, released)]
    if said := retracted.get(chosen.version):
        raise ReleaseRefused(
            expected=f"a version of {name} that may serve",
            found=f"{chosen.version}, retracted by {said.who}: {said.why}",
            next_step="choose another version (nightshift history); what was retracted never serves again",
        )
    return chosen
