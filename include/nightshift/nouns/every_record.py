"""Every record, for what is promised of all of them: one line each."""

from __future__ import annotations

from nightshift.nouns.record import Record
from nightshift.nouns.release import DeploymentTest, Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.selection import Selection
from nightshift.nouns.snapshot import SnapshotRecord
from nightshift.nouns.verdict import Verdict

RECORDS: tuple[type[Record], ...] = (
    DeploymentTest,
    Release,
    ReleaseColumns,
    ReleaseLabel,
    Selection,
    SnapshotRecord,
    Verdict,
)  # fmt: skip
