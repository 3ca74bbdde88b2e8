"""From what a version came, and what came from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nightshift.config import known
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.release.registry.registered import Registered, versions
from nightshift.storage import ledger, store


@dataclass(frozen=True)
class Lineage:
    """One version among the others; of each address whether the folder is still there."""

    version: Registered
    parent: str | None
    children: tuple[str, ...]
    there: dict[str, bool]  # by the words for it, e.g. `night`
    entries: tuple[LedgerEntry, ...]  # of the ledger, about this version, oldest first
    n_looks: int  # at the same recipe, which the ledger counts


def lineage(market: str, version: str) -> Lineage:
    """The lineage of a version; an unknown one is refused with the nearest."""
    every = versions(market)
    chosen = named(every, market, version)
    release = chosen.release
    places = {"release": chosen.entry.release, "night": chosen.entry.night, "snapshot": chosen.entry.evidence.snapshot}
    if release is not None and release.column_store:
        places["columns"] = release.column_store
    return Lineage(
        version=chosen,
        parent=release.parent if release else chosen.entry.previous_version,
        children=tuple(other.version for other in reversed(every) if other.release is not None and other.release.parent == version),
        there={name: bool(where) and _there(where) for name, where in places.items()},
        entries=tuple(entry for entry in ledger.entries(market) if entry.version == version),
        n_looks=sum(look.look.recipe == release.recipe for look in ledger.looks(market)) if release and release.recipe else 0,
    )


def named(every: Sequence[Registered], market: str, version: str) -> Registered:
    """The version of this number."""
    by_number = {other.version: other for other in every}
    return by_number[known(f"version of {market}", version, by_number)]


def _there(where: str) -> bool:
    return store.exists(where) or store.exists(f"{where}/night")
