"""What a finished night is told as: decision, reasons, version, report, timing, what to type next."""

from __future__ import annotations

import json

from nightshift.commands.answers import table
from nightshift.errors import ConfigError
from nightshift.nouns.verdict import Verdict
from nightshift.storage import store
from nightshift.storage.night import Night, night_of


def nights(market: str) -> list[str]:
    """Addresses of the market's nights, oldest session first; nights of one session in the order they were opened."""
    folder = store.path(f"{market}/nights")
    opened = [p for p in folder.iterdir() if (p / "night" / store.SEAL).is_file()] if folder.is_dir() else []
    opened.sort(key=lambda p: (p.name[:10], (p / "night" / store.SEAL).stat().st_mtime))
    return [store.address(market, "nights", p.name) for p in opened]


def last_night(market: str) -> Night:
    """The market's newest night."""
    found = nights(market)
    if not found:
        raise ConfigError(expected=f"a night of {market}", found="none yet", next_step=f"nightshift run --market {market}")
    return night_of(found[-1])


def summary(night: Night) -> dict:
    """The facts and lines of one night; a night that is not judged yet says how far it came."""
    if not store.exists(night.stage("verdict")):
        return {"night": night.address, "decision": "UNFINISHED", "lines": [f"UNFINISHED  {night.address}: the night has no verdict yet"]}
    verdict = night.read(Verdict, "verdict")
    version = released_as(night)
    report = store.path(night.stage("report")) / "report.html"
    facts = {
        "night": night.address,
        "session": str(night.session),
        "decision": verdict.decision,
        "headline": verdict.headline,
        "challenger": verdict.challenger,
        "version": version,
        "report": str(report),
        "checks": [check.model_dump(mode="json") for check in verdict.checks],
    }
    return {**facts, "lines": _lines(night, facts)}


def released_as(night: Night) -> str | None:
    """The version under which this night's challenger was released, if it was."""
    from nightshift.storage import ledger

    entry = ledger.promotion_of(night.address)
    return entry.version if entry else None


def _lines(night: Night, facts: dict) -> list[str]:
    version = f"released as {night.market.market} {facts['version']}" if facts["version"] else "nothing was released"
    out = [
        f"{facts['decision']}  {facts['headline']}",
        "",
        f"  market    {night.market.title}",
        f"  session   {facts['session']}, as of {night.as_of:%Y-%m-%d %H:%M} UTC",
        f"  model     {facts['challenger'] or 'none'}",
        f"  release   {version}",
        f"  report    {facts['report']}",
        "  checks",
    ]
    marks = {True: "pass", False: "FAIL", None: "n/a "}
    out += [f"    {marks[c['passed']]}  {c['reason']}" for c in facts["checks"]] or ["    none: no gates means no release"]
    market = night.market.market
    then = f"nightshift status --market {market}" if facts["version"] else f"nightshift report --market {market} --open"
    return [*out, f"  next      {then}"]


def training_table(night: Night) -> tuple[list[dict], list[str]]:
    """One row per family: rows learned from, seconds, or why it is out tonight."""
    facts = [store.read_json(night.folder("models", family) / "training.json") for family in night.families]
    rows = [{k: f.get(k) for k in ("family", "failed", "seconds", "rows", "params")} for f in facts]
    shown = [[r["family"], "out" if r["failed"] else "fitted", f"{r['seconds'] or 0:.1f} s", r["failed"] or ""] for r in rows]
    return rows, table(shown, ["family", "state", "took", "why"])


def timing(night: Night, started: float | None, now: float) -> tuple[dict, list[str]]:
    """Seconds of every stage; with the start of the whole command, what orchestration took."""
    logs = [store.path(where) / "timings.jsonl" for where in ((night.market.market,) if started else ()) + (night.address,)]
    entries = [json.loads(line) for log in logs if log.is_file() for line in log.read_text().splitlines()]
    entries = [e for e in entries if started is None or e["started"] >= started]
    worked = _covered([(e["started"], e["started"] + e["seconds"]) for e in entries])
    rows = [[e["what"], f"{e['seconds']:.2f} s", f"{e['peak_mib']} MiB"] for e in entries]
    lines = [*table(rows, ["stage", "took", "peak memory"]), f"stages' own work  {worked:.1f} s"]
    facts: dict = {"stages": entries, "worked_s": worked}
    if started is not None:
        facts |= {"total_s": now - started, "orchestration_s": now - started - worked}
        lines += [f"whole command     {facts['total_s']:.1f} s, of it orchestration {facts['orchestration_s']:.1f} s"]
    return facts, lines


def _covered(spans: list[tuple[float, float]]) -> float:
    """Seconds covered by at least one span: stages that ran side by side count once.

    >>> _covered([(0.0, 2.0), (1.0, 3.0), (5.0, 6.0)])
    4.0
    """
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
