"""Which snapshot tonight's bars are compared with: the newest that a night of the same source was accepted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nightshift.nouns.dataset import PanelRecord
from nightshift.nouns.quality import QualityReport
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.storage import addresses, store
from nightshift.storage.night import Night, night_of


@dataclass(frozen=True)
class Before:
    """What was accepted before tonight."""

    night: str
    snapshot: str
    warmup_sessions: int | None  # the longest of that night's columns; none: its column store is not there


def accepted(night: Night) -> Before | None:
    """The newest night of the same source whose data passed, or whose snapshot the market file accepts by name."""
    own, named = SnapshotRecord.read(store.path(night.snapshot)), night.market.quality.accept_revisions
    for other in _earlier(night):
        by_name = addresses.name_of(other.snapshot) == named and not is_named(night)
        if _same_source(other.snapshot, own) and (by_name or _passed(other)):
            return Before(other.address, other.snapshot, _warmup_sessions(other))
    return None


def is_named(night: Night) -> bool:
    """True where the market file accepts tonight's own bars, whatever they rewrite."""
    return addresses.name_of(night.snapshot) == night.market.quality.accept_revisions


def _earlier(night: Night) -> Iterator[Night]:
    """Nights that were opened for an instant not after this one's, the newest session first."""
    opened = (night_of(where) for where in addresses.newest_nights(night.market.market) if where != night.address)
    return (other for other in opened if other.as_of <= night.as_of)


def _passed(night: Night) -> bool:
    """Refused data is nothing to compare with: else what was refused once would pass the next night."""
    return store.exists(night.stage("check")) and night.read(QualityReport, "check").passed


def _same_source(snapshot: str, own: SnapshotRecord) -> bool:
    return store.exists(snapshot) and SnapshotRecord.read(store.path(snapshot)).source == own.source


def _warmup_sessions(night: Night) -> int | None:
    where = night.columns if store.exists(night.stage("columns")) else ""
    if not where or not store.exists(where):
        return None
    return max(PanelRecord.read(store.path(where)).warmup_sessions.values(), default=0)
