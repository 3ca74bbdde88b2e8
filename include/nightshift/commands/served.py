"""`status`, `history`, `rollback`: what is served, what was, and going back."""

from __future__ import annotations

import argparse
import time

from nightshift import release, sessions
from nightshift.commands import summary
from nightshift.commands.answers import answer, table
from nightshift.config import market_names
from nightshift.errors import EXIT_SUCCESS
from nightshift.running import stages
from nightshift.running.market_check import checked_market
from nightshift.storage import ledger
from nightshift.storage.night import night_of


def status(asked: argparse.Namespace) -> int:
    """What is served now in one market, or in all."""
    names = [checked_market(asked.market).market] if asked.market else list(market_names())
    facts = [_served(name) for name in names]
    rows = [
        [
            f["market"],
            f["version"] or "nothing",
            f["family"] or "",
            f["session"] or "",
            (f["since"] or "")[:16].replace("T", " "),
            f["last_verdict"],
        ]
        for f in facts
    ]
    answer(asked, facts, table(rows, ["market", "serves", "model", "session", "since", "last verdict"]))
    return EXIT_SUCCESS


def _served(market: str) -> dict:
    live = release.champion(market)
    entry = ledger.live(market)
    found = summary.nights(market)
    last = summary.summary(night_of(found[-1])) if found else {"decision": "no night yet"}
    return {
        "market": market,
        "version": live.version if live else None,
        "family": live.release.family if live else None,
        "session": live.release.session if live else None,
        "since": entry.at if entry else None,
        "why": entry.why if entry else None,
        "last_night": last.get("night"),
        "last_verdict": last["decision"],
    }


def history(asked: argparse.Namespace) -> int:
    """The market's nights and ledger; or the last night in full; or what was live at an instant."""
    market = checked_market(asked.market).market
    if asked.at:
        entry = ledger.live_at(market, sessions.utc(asked.at))
        nothing = [f"nothing of {market} was live at {asked.at}"]
        facts = entry.model_dump(mode="json") if entry else {}
        said = [f"{k:17} {v}" for k, v in facts.items() if not isinstance(v, dict)]  # the evidence is in --json
        answer(asked, facts, said or nothing)
    elif asked.last:
        _last(asked, market)
    else:
        _all(asked, market)
    return EXIT_SUCCESS


def _last(asked: argparse.Namespace, market: str) -> None:
    night = summary.last_night(market)
    facts = summary.summary(night)
    lines = list(facts["lines"])
    if asked.timing:
        facts["timing"], shown = summary.timing(night, asked.started, time.time())
        lines += ["", *shown]
    answer(asked, facts, lines)


def _all(asked: argparse.Namespace, market: str) -> None:
    found = [summary.summary(night_of(where)) for where in summary.nights(market)]
    entries = ledger.entries(market)
    rows = [
        [f["night"].rsplit("/")[-1], f["decision"], f.get("challenger") or "", f.get("version") or "", f.get("headline", "")[:80]]
        for f in found
    ]
    live = [[e.at, e.kind, e.version, e.who, e.why[:80]] for e in entries]
    lines = ["nights", *table(rows, ["night", "verdict", "model", "version", "why"]), "", "what was live"]
    answer(
        asked,
        {"nights": found, "ledger": [entry.model_dump(mode="json") for entry in entries]},
        [*lines, *table(live, ["at", "what", "version", "who", "why"])],
    )


def rollback(asked: argparse.Namespace) -> int:
    """Serve the previous or a named version again."""
    if asked.dry_run:
        live = release.champion(asked.market)
        facts = {"live": live.version if live else None, "to": asked.to, "dry_run": True}
        answer(asked, facts, [f"{asked.market} serves {facts['live']}; a rollback to {asked.to} was asked for; nothing was changed"])
        return EXIT_SUCCESS
    entry = stages.rollback(asked.market, to=asked.to, who=asked.who, why=asked.why)
    facts = {"market": entry.market, "version": entry.version, "from": entry.previous_version, "at": entry.at}
    answer(asked, facts, [f"{asked.market} now serves {entry.version}", "next      nightshift status"])
    return EXIT_SUCCESS
