"""What a finished night is told as: decision, reasons, version, report, what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.commands import unjudged
from nightshift.commands.answers import folded, table
from nightshift.commands.next_signals import signals_of
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    from nightshift.nouns.verdict_record import Verdict
    from nightshift.storage.night import Night


def facts(night: Night) -> dict:
    """The facts of one night; a night that is not judged yet says how far it came."""
    from nightshift.nouns.news_record import NO_NEW_BAR
    from nightshift.report.lines import resting
    from nightshift.report.lines.loud import kept_out, word_of
    from nightshift.storage import ledger
    from nightshift.storage.night_state import state_of

    if rested := resting.without_news(night):
        return {**rested, "state": NO_NEW_BAR.lower(), "report": _report(night)}
    state = state_of(night)
    if state.word != "judged":
        return unjudged.facts(night, state)
    verdict = _verdict(night)
    return {
        "night": night.address,
        "session": str(night.session),
        "decision": verdict.decision,
        "state": state.word,
        "data": unjudged.data_sentence(night),
        "headline": verdict.headline,
        "challenger": verdict.challenger,
        "version": released_as(night),
        "forced": word_of(ledger.promotion_of(night.address)),
        "kept_out": kept_out(night),
        "held": verdict.held,
        "partial": verdict.partial,
        "alarm": verdict.alarm,
        "report": _report(night),
        "checks": [check.model_dump(mode="json") for check in verdict.checks],
        "standing": verdict.standing.model_dump(mode="json") if verdict.standing else None,
    }


def _report(night: Night) -> str:
    return str(store.path(night.stage("report")) / "report.html")


def _verdict(night: Night) -> Verdict:
    from nightshift.nouns.verdict_record import Verdict

    return night.read(Verdict, "verdict")


def released_as(night: Night) -> str | None:
    """The version under which this night's challenger was released, if it was: by the gate or on somebody's word."""
    from nightshift.storage import ledger

    entry = ledger.promotion_of(night.address)
    return entry.version if entry else None


def forced_in(market: str, version: str) -> str:
    """Who forced this version's release, and why; empty where the gate let it in."""
    from nightshift.report.lines.loud import word_of
    from nightshift.storage import ledger

    return word_of(ledger.promotion(market, version))


def lines(night: Night, told: dict) -> list[str]:
    """The facts of a night for people."""
    from nightshift.nouns.news_record import NO_NEW_BAR

    if told["decision"] == NO_NEW_BAR:
        from nightshift.report.lines import resting

        return [*folded(f"{NO_NEW_BAR}  {told['headline']}", indent=2), "", *signals_of(night), *resting.lines(night, told)]
    if told["state"] != "judged":
        return unjudged.lines(night, told)
    from nightshift.report.lines import verdict_lines

    verdict, market = _verdict(night), night.market.market
    return [
        *_loud(verdict, told["forced"], told["kept_out"]),
        *folded(f"{told['decision']}  {told['headline']}", indent=2),
        "",
        f"  market    {night.market.title}",
        f"  session   {told['session']}, as of {night.as_of:%Y-%m-%d %H:%M} UTC",
        *unjudged.data_lines(night),
        f"  capital   {night.market.costs.capital_words}",
        f"  model     {told['challenger'] or 'none'}",
        f"  release   released as {market} {told['version']}" if told["version"] else "  release   nothing was released",
        *signals_of(night),
        f"  report    {told['report']}",
        "  checks",
        *(line for check in verdict_lines.checks(verdict) for line in folded(f"    {check}", indent=10)),
        *(line for said in verdict_lines.stands_on(verdict) for line in folded(f"  {said}", indent=12)),
        *_next(night, verdict, told["version"]),
    ]


def _loud(verdict: Verdict, forced: str, kept_out: str) -> list[str]:
    from nightshift.report.lines.loud import loud

    tail = {"FORCED": "; the verdict on this night stays:"}
    said = [line for one in loud(verdict, forced, kept_out) for line in folded(f"{one.word} {one.says}{tail.get(one.word, '')}", indent=2)]
    return [*said, ""] if said else []


def _next(night: Night, verdict: Verdict, version: str | None) -> list[str]:
    """What can be typed now."""
    from nightshift.report.lines.hunted import hunted
    from nightshift.report.lines.loud import held_command

    market = night.market.market
    if version:
        return [f"  next      nightshift status --market {market}"]
    shown = f"nightshift report --market {market} --open"
    if not verdict.held:
        return [f"  next      {shown}"]
    hunt = hunted(night)
    command = held_command(market, addresses.name_of(night.address))
    return [
        *(folded(f"  leak hunt {hunt}", indent=12) if hunt else ()),
        f"  next      {shown}",
        f"            {command}",
        "            or leave it: what is served keeps serving",
    ]


def training_table(night: Night) -> tuple[list[dict], list[str]]:
    """One row per family: rows learned from, seconds, or why it is out tonight."""
    from nightshift.nouns.training import TrainingRecord

    told = {"family", "failed", "seconds", "rows", "params"}
    rows = [night.read(TrainingRecord, "models", family).model_dump(mode="json", include=told) for family in night.families]
    shown = [[r["family"], "out" if r["failed"] else "fitted", f"{r['seconds'] or 0:.1f} s", r["failed"] or ""] for r in rows]
    return rows, table(shown, ["family", "state", "took", "why"])
