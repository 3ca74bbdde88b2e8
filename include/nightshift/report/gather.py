"""Everything a finished night left behind, read once. What is not there is an empty place, not a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass

from nightshift.nouns.dataset import PanelRecord
from nightshift.nouns.evaluation import Evaluation
from nightshift.nouns.examination import Examination
from nightshift.nouns.quality import QualityAccount, QualityReport
from nightshift.nouns.roles import Roles
from nightshift.nouns.selection import Selection
from nightshift.nouns.snapshot import SnapshotRecord
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.verdict import Verdict
from nightshift.storage import store
from nightshift.storage.night import Kind, Night


@dataclass(frozen=True, eq=False)
class Found:
    """What the report is made from."""

    night: Night
    opened: dict
    verdict: Verdict | None
    selection: Selection | None
    evaluation: Evaluation | None
    examination: Examination | None  # what was asked of the challenger beyond its measures
    training: dict[str, TrainingRecord]
    account: QualityAccount | None
    quality: QualityReport | None
    docs: str  # the data docs page, relative to the report; empty: none
    snapshot: SnapshotRecord | None
    timings: list[dict]
    released: dict  # the release made from this night, if one was
    serving: dict  # the champion it was judged against, if there was one
    panel: PanelRecord | None = None  # of the column store

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
    released, serving = releases_of(night, evaluation)
    docs = (store.path(night.stage("check")) / "data_docs" / "index.html").is_file()
    return Found(
        night=night,
        opened=facts(night, "night"),
        verdict=left(night, Verdict, "verdict"),
        selection=left(night, Selection, "selection"),
        evaluation=evaluation,
        examination=left(night, Examination, "examination"),
        training={name: night.read(TrainingRecord, "models", name) for name in night.families if store.exists(night.stage("models", name))},
        account=left(night, QualityAccount, "check"),
        quality=left(night, QualityReport, "check"),
        docs="../check/data_docs/index.html" if docs else "",
        snapshot=SnapshotRecord.read(store.path(night.snapshot)) if store.exists(night.snapshot) else None,
        timings=_timings(night),
        released=released,
        serving=serving,
        panel=_panel(night),
    )


def _panel(night: Night) -> PanelRecord | None:
    """The record of the column store; none where it was removed since, or not reached."""
    where = night.columns if store.exists(night.stage("columns")) else ""
    return PanelRecord.read(store.path(where)) if where and store.exists(where) else None


def left(night: Night, kind: type[Kind], *stage: str) -> Kind | None:
    """The record that a stage left, verified against its seal; none where the stage did not run."""
    return night.read(kind, *stage) if store.exists(night.stage(*stage)) else None


def facts(night: Night, *stage: str, file: str = "") -> dict:
    """The facts of a stage, verified against its seal; nothing where the stage did not run."""
    if not store.exists(night.stage(*stage)):
        return {}
    place = night.folder(*stage) / (file or f"{stage[0]}.json")
    return store.read_json(place) if place.is_file() else {}


def releases_of(night: Night, evaluation: Evaluation | None) -> tuple[dict, dict]:
    """(the release made from this night, the release it was judged against); empty where there is none."""
    from nightshift.storage import ledger

    market, entry = night.market.market, ledger.promotion_of(night.address)
    made = {**_release(entry.release), "version": entry.version, "who": entry.who, "why": entry.why} if entry else {}
    judged = (evaluation and evaluation.champion_version) or made.get("parent")
    return made, {"market": market, "version": judged, **_release(f"{market}/releases/{judged}")} if judged else {}


def _release(where: str) -> dict:
    file = store.path(where) / "release.json"
    return store.read_json(file) if file.is_file() else {}


def _timings(night: Night) -> list[dict]:
    log = store.path(night.address) / "timings.jsonl"
    return [json.loads(text) for text in log.read_text().splitlines() if text.strip()] if log.is_file() else []
