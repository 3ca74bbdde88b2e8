"""One gate asked of the night's evidence: passed, failed, or not enough evidence, with the reason in words.

A number with an interval decides by the whole interval, in both directions: it passes when all of it lies on the asked side, it fails
when all of it lies on the other, and else the evidence is not enough. `by: value` makes a line a guard rail, decided by the value.
"""

from __future__ import annotations

from typing import Any

from nightshift.config import Gate
from nightshift.gates.check_answers import unknown
from nightshift.gates.comparisons import COMPARISONS
from nightshift.gates.evidence import SESSIONS_MIN, Evidence
from nightshift.gates.lead_check import LEAD_METRIC, ask_lead
from nightshift.gates.limit_check import against_limit
from nightshift.gates.relative_check import against_baseline
from nightshift.nouns.verdict_record import Check


def ask(gate: Gate, evidence: Evidence) -> Check:
    """The gate's answer. A value that is not a number fails; a value that is missing, or an interval that holds the limit, is undecided."""
    comparison = COMPARISONS[gate.must_be]
    if is_lead(gate):
        return ask_lead(evidence, gate.limit)
    measure = evidence.measure(evidence.challenger, gate.metric)
    if measure.value is None:
        return unknown(gate, None, f"{gate.metric} of {evidence.challenger}: {measure.note or 'it has no value'}")
    if comparison.against == "limit":
        return against_limit(gate, comparison, measure, evidence)
    return against_baseline(gate, comparison, measure.value, evidence)


def is_lead(gate: Gate) -> bool:
    """True for the line that asks for the net lead over what is served: its evidence accumulates, and it spends the error budget."""
    return (gate.metric, gate.must_be) == (LEAD_METRIC, "above_champion_by")


def enough_sessions(evidence: Evidence) -> Check | None:
    """Undecided while the test part is shorter than a trading month; None when it is long enough."""
    if evidence.n_sessions >= SESSIONS_MIN:
        return None
    missing = SESSIONS_MIN - evidence.n_sessions
    reason = f"not enough evidence: {evidence.n_sessions} of {SESSIONS_MIN} test sessions"
    asked: dict[str, Any] = {"metric": "test_sessions", "must_be": "at_least", "limit": SESSIONS_MIN, "value": evidence.n_sessions}
    return Check(**asked, passed=None, reason=reason, margin=-missing, more_sessions=missing)


def differs_from_champion(evidence: Evidence) -> Check | None:
    """Failed when challenger and champion measure the same in everything: a tie never promotes; None when they differ."""
    if not evidence.identical:
        return None
    reason = f"{evidence.challenger} measures exactly what the champion measures: a tie never promotes"
    return Check(metric=None, must_be="differs_from_champion", limit=None, value=None, passed=False, reason=reason)


def champion_can_be_judged(evidence: Evidence) -> Check | None:
    """Undecided while a champion is served that nobody could be compared with; None when it could be, or none is served."""
    if evidence.champion_left_out is None:
        return None
    reason = f"the champion could not be judged tonight: {evidence.champion_left_out}"
    return Check(metric=None, must_be="champion_can_be_judged", limit=None, value=None, passed=None, reason=reason)


def whole_market(evidence: Evidence) -> Check | None:
    """Failed when a partial night would replace what is served for the whole market; None when it is whole, or nothing is served."""
    if not evidence.partial or (evidence.champion is None and evidence.champion_left_out is None):
        return None
    reason = f"a partial night never replaces a champion of the whole market: {evidence.partial}"
    return Check(metric=None, must_be="whole_market", limit=None, value=None, passed=False, reason=reason)
