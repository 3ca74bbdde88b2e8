"""What `status` says of the gate: the last look's evidence, what is left of the error budget, and what nobody may overlook."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from nightshift.commands.answers import folded
from nightshift.errors import ConfigError

STOPPED = ("DATA REFUSED", "LEAK FOUND")


def facts(market: str, served: str, instant: dt.datetime) -> dict | None:
    """The error budget against what was served at an instant, after all looks until then; none where the market's file cannot be read."""
    from nightshift import sessions
    from nightshift.config import load_market
    from nightshift.gates.remaining import remaining
    from nightshift.storage import ledger

    try:
        chosen = load_market(market)
        session = str(sessions.last_closed(chosen.calendar, instant))
    except ConfigError:
        return None
    looks = [entry for entry in ledger.looks(market) if dt.datetime.fromisoformat(entry.at) <= instant]
    return asdict(remaining(chosen, looks, served, session))


def lines(found: dict) -> list[str]:
    """Below the table, market by market; nothing of a market that was never looked at."""
    from nightshift.gates.remaining import Remaining
    from nightshift.nouns.standing import Standing
    from nightshift.report.lines import standing_words

    standing, budget = found["standing"], found["budget"]
    loud = (("FORCED", f"{found['version']} by {found['forced']}" if found["forced"] else ""), ("ALARM", found["alarm"]))
    said = [*found["taken_back"], *((word, says) for word, says in loud if says)]
    said += [(found["last_verdict"], found["last_reason"]), ("report", found["last_report"])] if found["last_verdict"] in STOPPED else []
    said += [("data", found["data"])] if found["data"] else []
    said += [("evidence", standing_words.evidence(Standing(**standing)))] if standing else []
    said += [("budget", standing_words.left(Remaining(**budget)))] if budget and budget["looks"] else []
    rows = [line for word, says in said for line in folded(f"  {word:9} {says}", indent=12)]
    return ["", found["market"], *rows] if rows else []
