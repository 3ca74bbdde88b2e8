"""Serving an earlier version again: a new ledger entry, never an edit.

`previous` is the last version before the live one that differs from it, so that two rollbacks in a row lead there and back.
Naming the version that is already live, or asking again after a kill, finishes what is unfinished and writes no entry; a caller
that may be repeated from outside (a task that is retried) gives `at`, and two requests with one `at` are one.
"""

from __future__ import annotations

import datetime as dt

from nightshift.config import Market, known
from nightshift.errors import NightshiftError, ReleaseRefused
from nightshift.nouns.ledger_entry import Change, LedgerEntry
from nightshift.release import deployment, settling
from nightshift.storage import ledger, store


def rollback(market: Market, to: str = "previous", who: str = "", why: str = "", *, at: dt.datetime | None = None) -> LedgerEntry:
    """The ledger entry by which `to` is live again; a missing or damaged target changes nothing."""
    name = market.market
    live = _live(name)
    if to == live.version or (to == "previous" and live.kind == "rollback" and _same_request(name, live, at)):
        settling.settle(name)
        return live
    target = _target(name, live, to)
    _refuse_unless_whole(target)
    written = ledger.append(_again(target, who, why), at=at or dt.datetime.now(dt.UTC), expected_live=live.version)
    settling.settle(name)
    return written


def would_serve(market: str, to: str = "previous") -> str:
    """The version that a rollback to `to` would serve; refused as the rollback itself would be."""
    return _target(market, _live(market), to).version


def _same_request(name: str, live: LedgerEntry, at: dt.datetime | None) -> bool:
    """True when the last rollback was asked for at this very instant, or reached the ledger but not the pointer: this is its repetition."""
    asked_then = at is not None and at == dt.datetime.fromisoformat(live.at)
    return asked_then or store.pointed(settling.serving(name)) != live.release


def _live(name: str) -> LedgerEntry:
    live = ledger.live(name)
    if live is None:
        raise ReleaseRefused(expected=f"a released version of {name}", found="none yet", next_step=f"nightshift run --market {name}")
    return live


def _target(name: str, live: LedgerEntry, to: str) -> LedgerEntry:
    known_entries = ledger.entries(name)
    released = {entry.version: entry for entry in known_entries if entry.released}
    wanted = ledger.previous(known_entries) if to == "previous" else to
    if wanted is None:
        raise ReleaseRefused(
            expected=f"a version of {name} before {live.version}", found="none: it is the first", next_step="nightshift history"
        )
    return released[known(f"version of {name}", wanted, released)]


def _refuse_unless_whole(target: LedgerEntry) -> None:
    try:
        store.open_folder(target.release)
        compared = deployment.first_load(target.release)
    except NightshiftError as failure:
        raise ReleaseRefused(
            expected=f"version {target.version} whole and able to answer",
            found=failure.found,
            next_step="what is served stays; choose another version (nightshift history), or restore the folder from a copy",
        ) from failure
    if not compared.equal:
        raise ReleaseRefused(
            expected=f"version {target.version} to answer as in training",
            found=f"a difference of {compared.largest_difference} on its sample",
            next_step="what is served stays; choose another version (nightshift history)",
        )


def _again(target: LedgerEntry, who: str, why: str) -> Change:
    return Change(
        market=target.market,
        kind="rollback",
        version=target.version,
        release=target.release,
        night=target.night,
        session=target.session,
        as_of=target.as_of,
        who=who or "unnamed",
        why=why,
        evidence=target.evidence,
    )
