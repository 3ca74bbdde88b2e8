"""Every record, for what is promised of all of them: one line each."""

from __future__ import annotations

from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.quality import QualityAccount, QualityReport
from nightshift.nouns.record import Record
from nightshift.nouns.snapshot import SnapshotRecord
from nightshift.nouns.training import SearchRecord, TrainingRecord
from nightshift.nouns.yardsticks import YardsticksRecord

RECORDS: tuple[type[Record], ...] = (
    SnapshotRecord,
    QualityAccount,
    QualityReport,
    PanelRecord,
    ColumnsRecord,
    TrainingRecord,
    SearchRecord,
    YardsticksRecord,
)  # fmt: skip
