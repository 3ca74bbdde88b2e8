"""What a night says, one function a fact, read from the files it left. Nothing else here knows how a record is laid out."""

from __future__ import annotations

import json
from pathlib import Path

from . import files

REFITTED = "seed-to-seed noise floor"  # left out: it is measured only where a training is quick enough
PARTS = ("validate", "test")


def everything(night: Path, *, tied: bool) -> dict:
    """Every pinned fact of a night, by name; where families are tied, without what depends on who of them is first."""
    version = released(night)
    return {
        "decision": decision(night),
        "challenger": challenger(night),
        "checks": checks(night),
        "ranking": ranking(night),
        "compared": compared(night),
        "measures": measures(night),
        "examination": examination(night, tied=tied),
        "release": None if version is None else {"version": version.name, "files": release_files(version)},
    }


def decision(night: Path) -> str:
    """PROMOTE, REJECT or ABSTAIN."""
    return _read(night, "verdict")["decision"]


def challenger(night: Path) -> str | None:
    """The family that was judged."""
    return _read(night, "verdict")["challenger"]


def checks(night: Path) -> list[dict]:
    """Every check that was asked, without its words."""
    return [{name: check[name] for name in ("metric", "must_be", "passed", "value")} for check in _read(night, "verdict")["checks"]]


def ranking(night: Path) -> list[dict]:
    """The challengers from best to worst, with the parts of their scores."""
    rows = _read(night, "selection")["ranking"]
    return [{"name": row["name"], "score": row["score"]} | {part: one["value"] for part, one in row["parts"].items()} for row in rows]


def compared(night: Path) -> dict:
    """Who was measured on what."""
    evaluation = _read(night, "evaluation")
    names = ("sessions", "rows", "challengers", "naive", "benchmarks", "left_out")
    blocks = {part: evaluation["intervals"][part]["block_sessions"] for part in PARTS}
    spans = {part: [span["first"], span["last"], span["sessions"]] for part, span in evaluation["sessions"].items()}
    said = {name: evaluation[name] for name in names} | {"sessions": spans}
    return said | {"champion": evaluation["champion_version"], "block_sessions": blocks}


def measures(night: Path) -> dict:
    """part → name → metric → [value, low, high], and what is said where one of them is missing."""
    measured = _read(night, "evaluation")["measures"]
    return {part: {name: files.measures(of) for name, of in measured[part].items()} for part in PARTS}


def examination(night: Path, *, tied: bool) -> dict:
    """A few numbers of each question that is asked of the leader."""
    asked = _read(night, "examination")
    important, overfitting = asked["importance"], asked["overfitting"]
    return {
        "leader": asked["leader"],
        "drift": [row for place, row in enumerate(asked["drift"]) if place == 0 or row["column"] == "log_return_5"],
        "overfitting": {name: _said(fact) for name, fact in overfitting.items() if not (tied and name == "pbo")},
        "robustness": {row["name"]: _stress(row) for row in asked["robustness"] if row["name"] != REFITTED},
        "importance": {"method": important["method"], "first": list(important["values"])[:3], "stability": _stability(important)},
        "capacity": asked["capacity"],
        "break_even_bps": asked["break_even_bps"],
        "chance": asked["chance"],
    }


def released(night: Path) -> Path | None:
    """The folder of the version that this night released, if it did."""
    address = "/".join(night.parts[-3:])
    folders = sorted((night.parents[1] / "releases").glob("*"))
    return next((one for one in folders if json.loads((one / "release.json").read_text())["night"] == address), None)


def release_files(version: Path) -> dict:
    """The files of a release, by relative name, each in a form that survives another processor."""
    found = sorted(file for file in version.rglob("*") if file.is_file() and file.name not in files.LATER)
    return {file.relative_to(version).as_posix(): files.content(file) for file in found}


def _said(fact: object) -> object:
    """Without what a record has no value for: schema 1 left that out."""
    return {name: one for name, one in fact.items() if one not in {None, ""}} if isinstance(fact, dict) and "over" in fact else fact


def _stress(row: dict) -> dict:
    return {name: row[name] for name in ("metric", "baseline", "value", "breaks_verdict_at")}


def _stability(important: dict) -> dict:
    """Night names are left out: they change with the code."""
    before = important["champion"]
    return {"champion": {name: before[name] for name in ("family", "columns", "rank_correlation")}} if before else {}


def _read(night: Path, stage: str) -> dict:
    return json.loads((night / stage / f"{stage}.json").read_text())
