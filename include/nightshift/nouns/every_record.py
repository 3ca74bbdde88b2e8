"""Every record, for what is promised of all of them: one line each."""

from __future__ import annotations

from nightshift.nouns.assay_record import AssayRecord
from nightshift.nouns.changelog_record import Changelog
from nightshift.nouns.channel_test import ChannelTest
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.dataset import BarBlocks, ColumnsRecord, PanelRecord
from nightshift.nouns.deleted_release import DeletedRelease
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.leak_hunt import LeakHunt
from nightshift.nouns.lives import Lives
from nightshift.nouns.news_record import NewsRecord
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.quality import QualityAccount, QualityReport
from nightshift.nouns.record import Record
from nightshift.nouns.refusal_record import RefusalRecord
from nightshift.nouns.release import DeploymentTest, Release, ReleaseColumns, ReleaseLabel
from nightshift.nouns.release_note import ReleaseNote
from nightshift.nouns.replay_record import ReplayRecord
from nightshift.nouns.revisions_record import RevisionsRecord
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.serving_keys import KeyRing
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.nouns.simulation_record import SimulatedNight, SimulationRecord
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.nouns.source_copy import SourceCopy
from nightshift.nouns.training import SearchRecord, TrainingRecord
from nightshift.nouns.universe_record import UniverseRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.nouns.walk_record import WalkRecord
from nightshift.nouns.week_record import WeekRecord
from nightshift.nouns.yardsticks_record import YardsticksRecord

RECORDS: tuple[type[Record], ...] = (
    DeploymentTest,
    Release,
    ReleaseColumns,
    ReleaseLabel,
    Changelog,
    ReleaseNote,
    DeletedRelease,
    Selection,
    SnapshotRecord,
    UniverseRecord,
    SourceCopy,
    KeyRing,
    NightRecord,
    NewsRecord,
    QualityAccount,
    QualityReport,
    DataAccount,
    RevisionsRecord,
    RefusalRecord,
    BarBlocks,
    PanelRecord,
    ColumnsRecord,
    LeakHunt,
    WeekRecord,
    ChannelTest,
    SearchRecord,
    TrainingRecord,
    WalkRecord,
    YardsticksRecord,
    Evaluation,
    Examination,
    Verdict,
    Lives,
    AssayRecord,
    ReplayRecord,
    SignalsRecord,
    SimulatedNight,
    SimulationRecord,
)  # fmt: skip
