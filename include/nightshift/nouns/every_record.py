"""Every record, for what is promised of all of them: one line each."""

from __future__ import annotations

from nightshift.nouns.record import Record
from nightshift.nouns.snapshot import SnapshotRecord

RECORDS: tuple[type[Record], ...] = (
    SnapshotRecord,
)  # fmt: skip
