"""Deleting a version's bytes. The ledger keeps its lines, a small folder keeps its records, and its number is never given again.

What still leads somewhere stays: what is live, what a rollback would serve, and what was retracted, which is the evidence of why.
A version whose night is still there can be built again from what that night staged; the rest is gone for good.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path

from nightshift.errors import ReleaseRefused
from nightshift.nouns.changelog_record import Changelog
from nightshift.nouns.deleted_release import DeletedRelease
from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.release.registry.lineage import named
from nightshift.release.registry.registered import Registered, versions
from nightshift.storage import addresses, ledger, locks, store
from nightshift.storage.ledger_lineage import live_among, previous_among, retracted_among

_STAYS = (Release.FILE, ReleaseColumns.FILE, Changelog.FILE, "model_card.md")


@dataclass(frozen=True)
class Deletion:
    """What goes: a folder, whose every byte was compared with its seal."""

    version: str
    folder: Path
    manifest_sha256: str
    n_files: int
    n_bytes: int


def deletion(market: str, version: str) -> Deletion:
    """What deleting a version would remove; refused as the deletion itself would be."""
    chosen = named(versions(market), market, version)
    _refuse_what_leads_somewhere(chosen)
    folder = store.open_folder(addresses.release(market, version))
    sizes = [file.stat().st_size for file in folder.rglob("*") if file.is_file()]
    return Deletion(version, folder, store.sha256_of(folder / store.SEAL), len(sizes), sum(sizes))


def delete(market: str, version: str, who: str, why: str, *, at: dt.datetime) -> Deletion:
    """Remove a version's folder, and say so beside the others; killed half-way, the same command goes on."""
    with locks.held(store.path(addresses.serving_lock(market))):  # nobody rolls back to it meanwhile
        planned = deletion(market, version)
        record = DeletedRelease(
            market=market, version=version, who=who.strip() or "unnamed", why=why, at=at, manifest_sha256=planned.manifest_sha256,
            n_files=planned.n_files, n_bytes=planned.n_bytes,
        )  # fmt: skip
        store.write(addresses.deleted_release(market, version), lambda left: _fill(record, planned.folder, left))
        store.remove(addresses.release(market, version))
    return planned


def _fill(record: DeletedRelease, folder: Path, left: Path) -> None:
    for name in _STAYS:
        if (folder / name).is_file():
            shutil.copy2(folder / name, left / name)
    record.write(left)


def _refuse_what_leads_somewhere(chosen: Registered) -> None:
    market, version = chosen.entry.market, chosen.version
    why = _leads_somewhere(market, version)
    if why:
        raise ReleaseRefused(expected=f"a version of {market} that nothing leads to", found=f"{version}, {why}", next_step="it stays")
    if chosen.deleted:
        raise ReleaseRefused(
            expected=f"version {version} of {market}",
            found=f"it was deleted on {chosen.deleted.at:%Y-%m-%d} by {chosen.deleted.who}",
            next_step="nightshift versions lists what is there",
        )


def _leads_somewhere(market: str, version: str) -> str:
    """Why a version cannot go; empty: it can."""
    entries = ledger.entries(market)
    live, said = live_among(entries), retracted_among(entries).get(version)
    if live is not None and live.version == version:
        return "which is live"
    if previous_among(entries) == version:
        return "which a rollback would serve"
    return f"retracted by {said.who}, which is the evidence of why" if said else ""
