"""A market's released versions as the ledger and the release folders tell them; MLflow is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nightshift.errors import NightshiftError
from nightshift.nouns.changelog_record import Changelog
from nightshift.nouns.deleted_release import DeletedRelease
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.measures import Measure
from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.nouns.release_note import ReleaseNote
from nightshift.release.registry import differences
from nightshift.release.registry.notes import notes
from nightshift.release.registry.serving_stages import aliases, stage_of
from nightshift.storage import addresses, ledger, store


@dataclass(frozen=True)
class Registered:
    """One version: the entry that released it, what it is called now, and since when it is, or last was, live."""

    entry: LedgerEntry
    stage: str
    aliases: tuple[str, ...]
    live_since: str
    release: Release | None  # none: its folder is missing or damaged
    damage: str  # why there is none; empty: nothing is wrong
    deleted: DeletedRelease | None

    @property
    def version(self) -> str:
        """Its number."""
        return self.entry.version

    @property
    def folder(self) -> Path:
        """Where its records lie: the release, or what was left of it when it was deleted."""
        return store.path(_place(self.entry.market, self.version))

    @cached_property
    def changelog(self) -> Changelog:
        """As it was staged; of a release that was made before there were changelogs, as it would be now."""
        if (self.folder / Changelog.FILE).is_file():
            return Changelog.read(self.folder)
        return differences.changelog(self.made, self.made.release.parent)

    @property
    def made(self) -> differences.Made:
        """What it is compared by."""
        return differences.Made(Release.read(self.folder), ReleaseColumns.read(self.folder).names)

    @property
    def notes(self) -> tuple[ReleaseNote, ...]:
        """What people added to its changelog."""
        return notes(self.entry.market, self.version)

    def measure(self, metric: str, part: str = "test") -> Measure | None:
        """What it measured, on its own night's sessions."""
        return self.release.measures.get(part, {}).get(metric) if self.release else None


def versions(market: str) -> tuple[Registered, ...]:
    """Every version that was ever released, newest first; what was deleted too."""
    entries = ledger.entries(market)
    return tuple(_registered(entry, entries) for entry in reversed(entries) if entry.released)


def _registered(entry: LedgerEntry, entries: Sequence[LedgerEntry]) -> Registered:
    release, damage = _read(entry)
    own = [other for other in entries if other.serves and other.version == entry.version]
    return Registered(
        entry=entry,
        stage=stage_of(entry.version, entries),
        aliases=tuple(alias for alias, version in aliases(entries).items() if version == entry.version),
        live_since=own[-1].at,
        release=release,
        damage=damage,
        deleted=deleted(entry.market, entry.version),
    )


def deleted(market: str, version: str) -> DeletedRelease | None:
    """That a version was deleted; none where its folder is there (again)."""
    left = addresses.deleted_release(market, version)
    if store.exists(addresses.release(market, version)) or not store.exists(left):
        return None
    return DeletedRelease.read(store.open_folder(left))


def _read(entry: LedgerEntry) -> tuple[Release | None, str]:
    """The release's own record, its one file verified: a list does not read every model."""
    try:
        return Release.read(store.open_file(_place(entry.market, entry.version), Release.FILE).parent), ""
    except NightshiftError as failure:
        return None, str(failure)


def _place(market: str, version: str) -> str:
    where, left = addresses.release(market, version), addresses.deleted_release(market, version)
    return left if not store.exists(where) and store.exists(left) else where
