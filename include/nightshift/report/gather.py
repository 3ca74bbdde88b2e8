"""Everything a finished night left behind, read once. What is not there is an empty place, not a crash."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nightshift import store
from nightshift.night import Night


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
    evaluation: dict
    returns: Returns | None
    training: dict[str, dict]
    account: dict
    quality: dict
    docs: str  # the data docs page, relative to the report; empty: none
    snapshot: dict
    timings: list[dict]
    released: dict  # the release made from this night, if one was
    serving: dict  # the champion as it stands, if there is one
    contract: dict = field(default_factory=dict)  # columns tonight against the champion's

    @property
    def challenger(self) -> str:
        """The family that was judged."""
        return self.verdict.get("challenger") or self.selection.get("selected") or ""


def gather(night: Night) -> Found:
    """Read a night's folders."""
    from nightshift.report import contract

    released, serving = releases_of(night)
    docs = (store.path(night.stage("check")) / "data_docs" / "index.html").is_file()
    return Found(
        night=night,
        opened=facts(night, "night"),
        verdict=facts(night, "verdict"),
        selection=facts(night, "selection"),
        evaluation=facts(night, "evaluation"),
        returns=read_returns(store.path(night.stage("evaluation")) / "returns.parquet"),
        training={name: one for name in night.families if (one := facts(night, "models", name, file="training.json"))},
        account=facts(night, "check", file="account.json"),
        quality=facts(night, "check", file="quality.json"),
        docs="../check/data_docs/index.html" if docs else "",
        snapshot=store.read_json(file) if (file := store.path(night.snapshot) / "snapshot.json").is_file() else {},
        timings=_timings(night),
        released=released,
        serving=serving,
        contract=contract.against_champion(night, serving),
    )


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


def releases_of(night: Night) -> tuple[dict, dict]:
    """(the release made from this night, the release that was serving when the night was judged); empty where there is none."""
    from nightshift import ledger, release

    market = night.market.market
    made = next((facts for where in store.children(f"{market}/releases") if (facts := _release(where)).get("night") == night.address), {})
    live = ledger.live_at(market, night.as_of) if not made else None
    served = release.champion(market) or {}
    before = live if isinstance(live, dict) else {}
    promoted = made and any(e.get("version") == made.get("version") and e.get("kind") == "promote" for e in ledger.entries(market))
    return ({**made, "promoted": bool(promoted)} if made else {}), (served if served.get("version") != made.get("version") else before)


def _release(where: str) -> dict:
    file = store.path(where) / "release.json"
    return store.read_json(file) if file.is_file() else {}


def _timings(night: Night) -> list[dict]:
    log = store.path(night.address) / "timings.jsonl"
    return [json.loads(text) for text in log.read_text().splitlines() if text.strip()] if log.is_file() else []
