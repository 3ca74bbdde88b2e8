"""Makes folder and pointer what the ledger says. Safe to run at any time, by anyone, any number of times.

Whatever was killed half-way (see `promotion`) is finished here; the ledger is only ever read.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from nightshift.errors import Damaged
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.release import Release
from nightshift.storage import addresses, ledger, locks, store


@dataclass(frozen=True)
class Settled:
    """Which version is served, and what had to be mended for it."""

    version: str | None  # none: nothing was released yet
    mended: tuple[str, ...]  # addresses


def repair(market: str) -> Settled:
    """What a night does first: finish a killed promotion or rollback."""
    return settle(market)


def settle(market: str) -> Settled:
    """Release folder, then pointer, as the market's last live entry says."""
    with locks.held(store.path(addresses.serving_lock(market))):  # from reading the ledger to moving the pointer
        live = ledger.live(market)
        mended = _point(market, live) if live else _point_nowhere(market)
    return Settled(live.version if live else None, mended)


def is_settled(market: str) -> bool:
    """True when folder and pointer are what the ledger says; nothing is changed."""
    live, pointed = ledger.live(market), store.pointed(addresses.serving(market))
    return pointed == (live.release if live else None) and (live is None or store.exists(live.release))


def place(entry: LedgerEntry) -> str:
    """The entry's release folder: its staged folder plus the version; a folder already there is kept as it is."""
    return store.write(entry.release, lambda folder: _fill(entry, folder))


def _point(market: str, live: LedgerEntry) -> tuple[str, ...]:
    pointed = store.pointed(addresses.serving(market))
    mended = _whole(live, pointed)
    if pointed == live.release:
        return mended
    store.point(addresses.serving(market), live.release)
    return (*mended, addresses.serving(market))


def _whole(live: LedgerEntry, pointed: str | None) -> tuple[str, ...]:
    """Its folder, made where it is missing. Nothing damaged goes live: what is served stays, unless it was retracted."""
    try:
        is_there = store.path(live.release).exists()
        mended = () if is_there else (place(ledger.promotion(live.market, live.version) or live),)
        if pointed != live.release or not store.exists(live.release):
            store.open_folder(live.release)
    except Damaged as failure:
        if pointed and addresses.name_of(pointed) in ledger.retractions(live.market):
            store.unpoint(addresses.serving(live.market))
        step = f"nightshift rollback --market {live.market} --to VERSION serves another; or restore the folder from a copy"
        raise Damaged(expected=failure.expected, found=failure.found, next_step=step) from failure
    return mended


def _point_nowhere(market: str) -> tuple[str, ...]:
    """Nothing is released yet, or all that was is retracted: then nobody is led to it any more."""
    pointed = store.pointed(addresses.serving(market))
    if pointed is None:
        return ()
    if not ledger.retractions(market):
        raise Damaged(
            expected=f"an entry for {pointed} in {ledger.file()}", found="a ledger without it", next_step="restore the ledger from a copy"
        )
    store.unpoint(addresses.serving(market))
    return (addresses.serving(market),)


def _fill(entry: LedgerEntry, folder: Path) -> None:
    staged = store.open_folder(entry.evidence.staged)
    if store.sha256_of(staged / store.SEAL) != entry.evidence.manifest_sha256:
        raise Damaged(expected=f"{staged} as it was promoted", found="another manifest", next_step="roll back: nightshift rollback")
    shutil.copytree(staged, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(store.SEAL))
    born = {"version": entry.version, "promoted_at": entry.at, "promoted_by": entry.who}
    Release.read(staged).model_copy(update=born).write(folder)
