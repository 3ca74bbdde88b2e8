"""Everything a finished night left behind, read once. What is not there is an empty place, not a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nightshift.nouns.evaluation import Evaluation
from nightshift.nouns.roles import Roles
from nightshift.storage import store
from nightshift.storage.night import Kind, Night


@dataclass(frozen=True, eq=False)
class Returns:
    """Net return fractions of every portfolio, one row a session."""

    sessions: tuple[str, ...]  # ISO dates
    part: tuple[str, ...]  # validate | test
    of: dict[str, np.ndarray]

    def only(self, part: str) -> Returns:
        """The sessions of one part."""
        keep = np.array([p == part for p in self.part], dtype=bool)
        sessions = tuple(s for s, wanted in zip(self.sessions, keep, strict=True) if wanted)
        return Returns(sessions, (part,) * len(sessions), {name: values[keep] for name, values in self.of.items()})


@dataclass(frozen=True, eq=False)
class Found:
    """What the report is made from."""

    night: Night
    opened: dict
    verdict: dict
    selection: dict
    evaluation: Evaluation | None
    returns: Returns | None
    training: dict[str, dict]
    account: dict
    quality: dict
    docs: str  # the data docs page, relative to the report; empty: none
    snapshot: dict
    timings: list[dict]
    released: dict  # the release made from this night, if one was
    serving: dict  # the champion it was judged against, if there was one
    contract: dict = field(default_factory=dict)  # columns tonight against the champion's
    panel: dict = field(default_factory=dict)  # facts of the column store
    examination: dict = field(default_factory=dict)  # what was asked of the challenger beyond its measures

    @property
    def challenger(self) -> str:
        """The family that was judged."""
        return self.verdict.get("challenger") or self.selection.get("selected") or ""

    @property
    def roles(self) -> Roles:
        """Who is who."""
        return Roles(self.challenger, self.evaluation.naive if self.evaluation else ())


def gather(night: Night) -> Found:
    """Read a night's folders."""
    from nightshift.proof.examination import column_contract

    evaluation = record(night, Evaluation, "evaluation")
    released, serving = releases_of(night, evaluation)
    docs = (store.path(night.stage("check")) / "data_docs" / "index.html").is_file()
    return Found(
        night=night,
        opened=facts(night, "night"),
        verdict=facts(night, "verdict"),
        selection=facts(night, "selection"),
        evaluation=evaluation,
        returns=read_returns(store.path(night.stage("evaluation")) / "returns.parquet"),
        training={name: one for name in night.families if (one := facts(night, "models", name, file="training.json"))},
        account=facts(night, "check", file="account.json"),
        quality=facts(night, "check", file="quality.json"),
        docs="../check/data_docs/index.html" if docs else "",
        snapshot=store.read_json(file) if (file := store.path(night.snapshot) / "snapshot.json").is_file() else {},
        timings=_timings(night),
        released=released,
        serving=serving,
        contract=column_contract.against_champion(night, serving),
        examination=facts(night, "examination"),
        panel=store.read_json(panel)
        if (panel := store.path(facts(night, "columns").get("store") or night.address) / "panel.json").is_file()
        else {},
    )


def record(night: Night, kind: type[Kind], *stage: str) -> Kind | None:
    """The record of a stage, verified against its seal; None where the stage did not run."""
    return night.read(kind, *stage) if store.exists(night.stage(*stage)) else None


def facts(night: Night, *stage: str, file: str = "") -> dict:
    """The facts of a stage, verified against its seal; nothing where the stage did not run."""
    if not store.exists(night.stage(*stage)):
        return {}
    place = night.folder(*stage) / (file or f"{stage[0]}.json")
    return store.read_json(place) if place.is_file() else {}


def read_returns(file: Path) -> Returns | None:
    """`returns.parquet` as arrays, or None where it was not written."""
    if not file.is_file():
        return None
    import pyarrow.parquet as pq

    table = pq.read_table(file)
    names = [name for name in table.column_names if name not in {"session", "part"}]
    sessions = tuple(str(s)[:10] for s in table.column("session").to_pylist())
    parts = tuple(str(p) for p in table.column("part").to_pylist()) if "part" in table.column_names else ("test",) * len(sessions)
    return Returns(sessions, parts, {name: table.column(name).to_numpy(zero_copy_only=False).astype(float) for name in names})


def releases_of(night: Night, evaluation: Evaluation | None) -> tuple[dict, dict]:
    """(the release made from this night, the release it was judged against); empty where there is none."""
    from nightshift.storage import ledger

    market, entry = night.market.market, ledger.promotion_of(night.address)
    made = {**_release(entry["release"]), "version": entry["version"], "who": entry["who"], "why": entry["why"]} if entry else {}
    judged = (evaluation.champion_version if evaluation else None) or made.get("parent")
    return made, {"market": market, "version": judged, **_release(f"{market}/releases/{judged}")} if judged else {}


def _release(where: str) -> dict:
    file = store.path(where) / "release.json"
    return store.read_json(file) if file.is_file() else {}


def _timings(night: Night) -> list[dict]:
    log = store.path(night.address) / "timings.jsonl"
    return [json.loads(text) for text in log.read_text().splitlines() if text.strip()] if log.is_file() else []
