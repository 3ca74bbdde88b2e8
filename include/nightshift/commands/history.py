"""`history`: the nights and what was live; the last night in full; or what was live at an instant."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable

import click

from nightshift.commands import nights, stage_timing, summary
from nightshift.commands.answers import LONGEST, Answer, folded, table
from nightshift.commands.asked import JSON, MARKET, instant
from nightshift.commands.command import command
from nightshift.errors import ConfigError
from nightshift.storage import addresses

LIVE = ("at", "what", "version", "session", "who", "why")


@command(
    MARKET,
    click.option("--last", is_flag=True, help="only the last judged night, with its reasons"),
    click.option("--timing", "timed", is_flag=True, help="seconds and memory of every stage of the last judged night"),
    click.option("--started", type=float, hidden=True),  # epoch seconds at which `make run` began
    instant("--at", "what was live"),
    JSON,
    examples=(
        "nightshift history --market demo",
        "nightshift history --last --timing",
        "nightshift history --at 2026-11-20      # what was live at the end of that day",
    ),
)
def history(market: str, last: bool, timed: bool, started: float | None, at: dt.datetime | None) -> Answer:
    """Show the nights and what was live."""
    from nightshift.config import load_market

    load_market(market)
    timed = timed or started is not None
    if at is not None and (last or timed):
        raise ConfigError(expected="--at alone", found="--last or --timing beside --at", next_step="ask for one of them")
    if at is not None:
        return _at(market, at)
    return _last(market, timed, started) if last or timed else _all(market)


def _at(market: str, at: dt.datetime) -> Answer:
    from nightshift.report.lines.taken_back import DONE, told
    from nightshift.storage import ledger
    from nightshift.storage.ledger_lineage import live_among

    entries = ledger.entries(market)
    then = [one for one in entries if dt.datetime.fromisoformat(one.at) <= at]
    entry = live_among(then)
    if entry is None:
        return Answer({}, _folded([f"nothing of {market} was live at {at:%Y-%m-%d %H:%M} UTC", *told(then, then)]))
    facts, since = entry.model_dump(mode="json"), entry.at[:16].replace("T", " ")
    by = f"{DONE[entry.kind]} by {entry.who}{f': {entry.why}' if entry.why else ''}"
    about = [one for one in entries if one.at == entry.at or one.version == entry.version]
    head = _folded([f"{market} served {entry.version} at {at:%Y-%m-%d %H:%M} UTC, since {since} UTC ({by})", *told(entries, about)])
    return Answer(facts, [*head, "", *(f"{k:17} {v}" for k, v in facts.items() if not isinstance(v, dict))])  # the evidence is in --json


def _last(market: str, timed: bool, started: float | None) -> Answer:
    night = nights.last_ended(market)
    facts = summary.facts(night)
    lines = summary.lines(night, facts)
    if not timed:
        return Answer(facts, lines)
    took, shown = stage_timing.timing(night, started, time.time())
    return Answer({**facts, "timing": took}, [*lines, "", *shown])


def _all(market: str) -> Answer:
    from nightshift.report.lines.taken_back import DONE, told
    from nightshift.storage import ledger
    from nightshift.storage.night import night_of

    found = [summary.facts(night_of(where)) for where in addresses.opened_nights(market)]
    entries = ledger.entries(market)
    rows = [
        [addresses.name_of(f["night"]), _decided(f), f.get("challenger") or "", f.get("version") or "", _z(f), f.get("headline", "")]
        for f in found
    ]
    live = table([[e.at[:19].replace("T", " "), DONE[e.kind], e.version, e.session, e.who, e.why] for e in entries], LIVE)
    shown = [line[:LONGEST] for line in table(rows, ["night", "verdict", "model", "version", "z of needed", "why"])]
    alarm = [f"ALARM  {found[-1]['alarm']}"] if found and found[-1].get("alarm") else []
    lines = ["nights", *shown, *alarm, "", "what was live"]
    kept = [entry.model_dump(mode="json") for entry in entries]
    back = told(entries, entries)
    return Answer(
        {"nights": found, "ledger": kept}, [*lines, *_folded(live, live[0].index("why")), *([""] if back else []), *_folded(back)]
    )


def _folded(lines: Iterable[str], indent: int = 2) -> list[str]:
    return [part for line in lines for part in folded(line, indent=indent)]


def _decided(facts: dict) -> str:
    """The decision, and beside it what is loud about it."""
    words = (("forced", facts.get("forced")), ("held", facts.get("held")), ("partial", facts.get("partial")))
    return " ".join((facts["decision"], *(word.upper() for word, there in words if there)))


def _z(facts: dict) -> str:
    """How sure the lead was, of how sure it had to be."""
    from nightshift.report.drawing.numbers import shown

    at = facts.get("standing")
    return f"{shown(at['z'], 'annual')} of {shown(at['bound'], 'annual')}" if at else ""
