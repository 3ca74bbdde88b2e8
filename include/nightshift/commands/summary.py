"""What a finished night is told as: decision, reasons, version, report, what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.commands.answers import table
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def facts(night: Night) -> dict:
    """The facts of one night; a night that is not judged yet says how far it came."""
    if not store.exists(night.stage("verdict")):
        return {"night": night.address, "decision": "UNFINISHED"}
    from nightshift.nouns.verdict_record import Verdict

    verdict, forced = night.read(Verdict, "verdict"), forced_by(night)
    return {
        "night": night.address,
        "session": str(night.session),
        "decision": verdict.decision,
        "headline": verdict.headline,
        "challenger": verdict.challenger,
        "version": released_as(night),
        "forced": forced,
        "report": str(store.path(night.stage("report")) / "report.html"),
        "checks": [check.model_dump(mode="json") for check in verdict.checks],
    }


def released_as(night: Night) -> str | None:
    """The version under which this night's challenger was released, if it was: by the gate or on somebody's word."""
    from nightshift.storage import ledger

    entry = ledger.promotion_of(night.address)
    return entry.version if entry else None


def forced_by(night: Night) -> str:
    """Who forced this night's challenger in, and why; empty where nobody did."""
    from nightshift.storage import ledger

    entry = ledger.promotion_of(night.address)
    return f"{entry.who}: {entry.why}" if entry and entry.kind == "force" else ""


def lines(night: Night, told: dict) -> list[str]:
    """The facts of a night for people."""
    if told["decision"] == "UNFINISHED":
        return [f"UNFINISHED  {night.address}: the night has no verdict yet"]
    market = night.market.market
    marks = {True: "pass", False: "FAIL", None: "n/a "}
    checks = [f"    {marks[c['passed']]}  {c['reason']}" for c in told["checks"]] or ["    none: no gates means no release"]
    loud = [f"FORCED by {told['forced']}; the verdict on this night stays:", ""] if told["forced"] else []
    return [
        *loud,
        f"{told['decision']}  {told['headline']}",
        "",
        f"  market    {night.market.title}",
        f"  session   {told['session']}, as of {night.as_of:%Y-%m-%d %H:%M} UTC",
        f"  model     {told['challenger'] or 'none'}",
        f"  release   released as {market} {told['version']}" if told["version"] else "  release   nothing was released",
        f"  report    {told['report']}",
        "  checks",
        *checks,
        f"  next      nightshift status --market {market}"
        if told["version"]
        else f"  next      nightshift report --market {market} --open",
    ]


def training_table(night: Night) -> tuple[list[dict], list[str]]:
    """One row per family: rows learned from, seconds, or why it is out tonight."""
    from nightshift.nouns.training import TrainingRecord

    told = {"family", "failed", "seconds", "rows", "params"}
    rows = [night.read(TrainingRecord, "models", family).model_dump(mode="json", include=told) for family in night.families]
    shown = [[r["family"], "out" if r["failed"] else "fitted", f"{r['seconds'] or 0:.1f} s", r["failed"] or ""] for r in rows]
    return rows, table(shown, ["family", "state", "took", "why"])
