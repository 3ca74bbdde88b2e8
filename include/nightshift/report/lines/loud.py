"""What nobody may overlook: a forced release, a partial night, a verdict that waits for a person, a gate that lets nobody through."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.refusal_record import RefusalRecord
from nightshift.nouns.verdict_record import Verdict
from nightshift.storage import store
from nightshift.storage.night import Night


@dataclass(frozen=True)
class Loud:
    """One word that is seen first, and its sentence."""

    word: str  # FORCED | NOT RELEASED | HELD | PARTIAL | ALARM
    says: str


def loud(verdict: Verdict, forced: str = "", kept_out: str = "") -> tuple[Loud, ...]:
    """What is loud about a night, given by whose word its challenger was released against the verdict, or why it was kept out.

    >>> judged = Verdict(decision="REJECT", headline="", challenger="ridge", champion_version=None, partial="it was run without xgboost")
    >>> [(one.word, one.says) for one in loud(judged)]
    [('PARTIAL', 'it was run without xgboost; a partial night never replaces a champion of the whole market')]
    """
    held = [check.reason for check in verdict.checks if check.held] if verdict.held else []
    partial = f"{verdict.partial}; a partial night never replaces a champion of the whole market" if verdict.partial else ""
    said = (
        ("FORCED", f"by {forced}" if forced else ""),
        ("NOT RELEASED", kept_out),
        ("HELD", "; ".join(held)),
        ("PARTIAL", partial),
        ("ALARM", verdict.alarm),
    )
    return tuple(Loud(word, says) for word, says in said if says)


def kept_out(night: Night) -> str:
    """Why the night's release was not let in, whatever its verdict; empty where it was, or nobody asked."""
    from nightshift.storage import ledger

    if not store.exists(night.stage("refused")) or ledger.promotion_of(night.address) is not None:
        return ""
    refusal = night.read(RefusalRecord, "refused")
    if refusal.refused != "release":
        return ""
    return f"expected {refusal.expected}; found {refusal.found}; next: {refusal.next_step}"


def served_by_force(market: str) -> str:
    """By whose word, against a verdict, what is served now was released, and why; empty where the gate released it."""
    from nightshift.storage import ledger

    live = ledger.live(market)
    released = ledger.promotion(market, live.version) if live else None
    return word_of(released)


def word_of(released: LedgerEntry | None) -> str:
    """Who forced a release, and why; empty where nobody did."""
    return f"{released.who}: {released.why}" if released and released.kind == "force" else ""


def held_command(market: str, night: str) -> str:
    """What a person types who has looked at a held verdict and wants it served.

    >>> held_command("demo", "2026-11-19-1a2b3c4d")
    'nightshift promote --market demo --night 2026-11-19-1a2b3c4d --force --who YOU --why "…"'
    """
    return f'nightshift promote --market {market} --night {night} --force --who YOU --why "…"'


def waits_for(verdict: Verdict) -> str:
    """What an ABSTAIN waits for, line by line of the policy; empty for a verdict that waits for nothing.

    >>> from nightshift.nouns.verdict_record import Check
    >>> lacking = Check(metric="f1", must_be="at_least", limit=0.5, value=0.49, passed=None, reason="", more_sessions=54)
    >>> waits_for(Verdict(decision="ABSTAIN", headline="", challenger="ridge", champion_version=None, checks=(lacking,)))
    'about 54 more sessions (f1 at_least)'
    """
    if verdict.decision != "ABSTAIN":
        return ""
    waiting = [check for check in verdict.checks if check.passed is None]
    counted = [f"about {check.more_sessions} more sessions ({check.name})" for check in waiting if check.more_sessions is not None]
    people = [f"a person's word ({check.name})" for check in waiting if check.held]
    others = [check.name for check in waiting if check.more_sessions is None and not check.held]
    rest = [f"what sessions alone do not bring ({', '.join(others)})"] if others else []
    return "; ".join((*counted, *people, *rest))
