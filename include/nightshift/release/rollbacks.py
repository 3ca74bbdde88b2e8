"""Serving an earlier version again: a new ledger entry, never an edit.

`previous` is the version that was live before the live one came: a second rollback goes one further back, never to what was just
left. A caller that may be repeated from outside (a task that is retried) gives `at`, and two requests with one `at` are one; asking
again after a kill finishes what is unfinished. Both write no entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from nightshift.config import Market, known
from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.release import settling
from nightshift.release.served_again import again, refuse_unless_whole
from nightshift.storage import addresses, ledger, store
from nightshift.storage.ledger_lineage import previous_among, retracted_among

PREVIOUS = "previous"


def rollback(market: Market, to: str = PREVIOUS, who: str = "", why: str = "", *, at: dt.datetime | None = None) -> LedgerEntry:
    """The ledger entry by which `to` is live again; a missing or damaged target changes nothing. By name also where nothing is served."""
    name = market.market
    live = ledger.live(name)
    if live is not None and _is_repeated(live, to, at):
        settling.settle(name)
        return live
    target = _target(name, live, to)
    refuse_unless_whole(target)
    seen = live.version if live else None
    written = ledger.append(again(target, who, why), at=at or dt.datetime.now(dt.UTC), expected_live=seen)
    settling.settle(name)
    return written


def would_serve(market: str, to: str = PREVIOUS) -> str:
    """The version that a rollback to `to` would serve; refused as the rollback itself would be."""
    target = _target(market, ledger.live(market), to)
    refuse_unless_whole(target)
    return target.version


def _is_repeated(live: LedgerEntry, to: str, at: dt.datetime | None) -> bool:
    """True when the last rollback was asked for at this very instant, or reached the ledger but not the pointer."""
    if to not in {PREVIOUS, live.version} or live.kind != "rollback":
        return False
    same_instant = at is not None and at == dt.datetime.fromisoformat(live.at)
    return same_instant or store.pointed(addresses.serving(live.market)) != live.release


def _target(name: str, live: LedgerEntry | None, to: str) -> LedgerEntry:
    entries = ledger.entries(name)
    if live is not None and to == live.version:
        raise ReleaseRefused(
            expected=f"another version of {name} than the one it serves", found=to, next_step="nothing is to do: it is served already"
        )
    retracted = retracted_among(entries)
    released = {entry.version: entry for entry in entries if entry.released}
    wanted = previous_among(entries) if to == PREVIOUS else to
    if wanted is None:
        raise _nothing_before(name, live, [version for version in released if version not in retracted], retracted)
    chosen = released[known(f"version of {name}", wanted, released)]
    if said := retracted.get(chosen.version):
        raise ReleaseRefused(
            expected=f"a version of {name} that may serve",
            found=f"{chosen.version}, retracted by {said.who}: {said.why}",
            next_step="choose another version (nightshift history); what was retracted never serves again",
        )
    return chosen


def _nothing_before(name: str, live: LedgerEntry | None, able: Sequence[str], retracted: Collection[str]) -> ReleaseRefused:
    """There is no version to go back to by itself; a person may name any that was not retracted."""
    others = [version for version in able if live is None or version != live.version]
    expected = (
        f"a version of {name} that was live before {live.version} and may serve again" if live else f"a version of {name} that is served"
    )
    without = "; retracted: " + ", ".join(sorted(retracted)) if retracted else ""
    step = f"name one with --to ({', '.join(others)})" if others else f"nightshift run --market {name}"
    return ReleaseRefused(expected=expected, found=f"none{without}", next_step=step)
