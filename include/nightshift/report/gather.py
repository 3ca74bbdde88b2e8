"""Everything a finished night left behind, read once. What is not there is an empty place, not a crash."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.dataset import PanelRecord
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.look import LookEntry
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.night_roles import Roles
from nightshift.nouns.quality import QualityAccount, QualityReport
from nightshift.nouns.release import Release
from nightshift.nouns.revisions_record import RevisionsRecord
from nightshift.nouns.selection_record import Selection
from nightshift.nouns.snapshot_record import SnapshotRecord
from nightshift.nouns.timing_line import Timing
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.release.signals.issued import Issued, of_night
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import Kind, Night
from nightshift.storage.night_state import NightState, state_of


@dataclass(frozen=True, eq=False)
class Found:
    """What the report is made from."""

    night: Night
    state: NightState
    opened: NightRecord
    verdict: Verdict | None
    selection: Selection | None
    evaluation: Evaluation | None
    examination: Examination | None  # what was asked of the challenger beyond its measures
    training: dict[str, TrainingRecord]
    account: QualityAccount | None
    quality: QualityReport | None
    data: DataAccount | None  # none for a night of before there was one
    revisions: RevisionsRecord | None  # likewise
    docs: str  # the data docs page, relative to the report; empty: none
    snapshot: SnapshotRecord | None
    timings: tuple[Timing, ...]
    promotion: LedgerEntry | None  # by which this night's challenger went live, if it did
    release: Release | None  # what was made of it then
    against: str  # the version it was judged against; empty: there was none
    champion: Release | None  # that version, where its folder is still there
    panel: PanelRecord | None = None  # of the column store
    signals: Issued | None = None  # the newest that the night gave; none for a night of before there were any
    looks: tuple[LookEntry, ...] = ()  # at the same opponent, until this night's own; none where it took none

    @property
    def challenger(self) -> str:
        """The family that was judged."""
        return (self.verdict and self.verdict.challenger) or (self.selection and self.selection.selected) or ""

    @property
    def roles(self) -> Roles:
        """Who is who."""
        return Roles(self.challenger, self.evaluation.naive if self.evaluation else ())


def gather(night: Night) -> Found:
    """Read a night's folders."""
    evaluation = left(night, Evaluation, "evaluation")
    promotion = ledger.promotion_of(night.address)
    made = _release(promotion.release) if promotion else None
    against = (evaluation.champion_version if evaluation else None) or (made.parent if made else None) or ""
    champion = _release(addresses.release(night.market.market, against)) if against else None
    docs = (store.path(night.stage("check")) / "data_docs" / "index.html").is_file()
    return Found(
        night=night,
        state=state_of(night),
        opened=night.read(NightRecord, "night"),
        verdict=left(night, Verdict, "verdict"),
        selection=left(night, Selection, "selection"),
        evaluation=evaluation,
        examination=left(night, Examination, "examination"),
        training={name: one for name in night.families if (one := left(night, TrainingRecord, "models", name))},
        account=left(night, QualityAccount, "check"),
        quality=left(night, QualityReport, "check"),
        data=beside(night, DataAccount),
        revisions=beside(night, RevisionsRecord),
        docs="../check/data_docs/index.html" if docs else "",
        snapshot=SnapshotRecord.read(store.path(night.snapshot)) if store.exists(night.snapshot) else None,
        timings=Timing.read(store.path(night.address)),
        promotion=promotion,
        release=made,
        against=against,
        champion=champion,
        panel=_panel(night),
        looks=_looks(night),
        signals=next(iter(of_night(night.address)), None),
    )


def _looks(night: Night) -> tuple[LookEntry, ...]:
    """The ledger's looks of one incumbency: what was looked at later is no part of this night."""
    written = ledger.looks(night.market.market)
    own = next((place for place, entry in enumerate(written) if entry.night == night.address), None)
    if own is None:
        return ()
    return tuple(entry for entry in written[: own + 1] if entry.look.opponent == written[own].look.opponent)


def _panel(night: Night) -> PanelRecord | None:
    """The record of the column store; none where it was removed since, or not reached."""
    where = night.columns if store.exists(night.stage("columns")) else ""
    return PanelRecord.read(store.path(where)) if where and store.exists(where) else None


def left(night: Night, kind: type[Kind], *stage: str) -> Kind | None:
    """The record that a stage left, verified against its seal; none where the stage did not run."""
    return night.read(kind, *stage) if store.exists(night.stage(*stage)) else None


def beside(night: Night, kind: type[Kind]) -> Kind | None:
    """A record of the check that an older version did not write; none where it is not there."""
    where = night.stage("check")
    return night.read(kind, "check") if store.exists(where) and (store.path(where) / kind.FILE).is_file() else None


def _release(where: str) -> Release | None:
    return Release.read(store.path(where)) if store.exists(where) else None
