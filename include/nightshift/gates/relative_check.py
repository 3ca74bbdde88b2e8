"""A number held against the champion's or the best naive rule's: decided by the paired difference on the same sessions."""

from __future__ import annotations

import math

from nightshift.config import Gate
from nightshift.gates.check_answers import answer, not_a_number, unknown
from nightshift.gates.comparisons import ROUNDING, Comparison
from nightshift.gates.evidence import Evidence, more_sessions_to_tell
from nightshift.nouns.measures import Measure
from nightshift.nouns.verdict_record import Check


def against_baseline(gate: Gate, comparison: Comparison, value: float, evidence: Evidence) -> Check:
    """The answer of a line that compares."""
    if comparison.against == "champion" and evidence.champion_left_out:
        return unknown(gate, value, f"the champion could not be judged tonight: {evidence.champion_left_out}")
    name, told = _baseline(gate, comparison, evidence)
    if name is None:
        return unknown(gate, value, f"{gate.metric}: no naive rule has a value to compare {evidence.challenger} with")
    theirs, ahead = evidence.measure(name, gate.metric), evidence.lead(name, gate.metric)
    if theirs.value is None:
        return unknown(gate, value, f"{gate.metric} of {told}: {theirs.note or 'it has no value'}")
    if not (math.isfinite(value) and math.isfinite(theirs.value)):
        return not_a_number(gate, value, evidence.challenger if not math.isfinite(value) else told)
    if ahead.value is None:
        return unknown(gate, value, f"{gate.metric} beside {told}: {ahead.note}")
    return _by_lead(gate, comparison, value, evidence, (name, told, theirs.value, ahead))


def _by_lead(gate: Gate, comparison: Comparison, value: float, evidence: Evidence, against: tuple[str, str, float, Measure]) -> Check:
    """Decided by the interval of the paired difference: two names on the same sessions move together."""
    name, told, theirs, ahead = against
    signed = ahead if comparison.upward else _turned(ahead)
    lead = float(signed.value) if signed.value is not None else math.nan
    state = _side(gate, signed, gate.limit)
    interval = f" (95 % of draws: {signed.low:.4g} to {signed.high:.4g})" if signed.low is not None else ""
    found = f"{gate.metric} {value:.4g} is {_distance(lead, comparison)} {told} ({theirs:.4g}){interval}; {_asked(comparison, gate.limit)}"
    turns = {"margin": lead - gate.limit, "baseline": name, "baseline_value": theirs, "turns_at": comparison.needed(gate.limit, theirs)}
    if state is None:
        more = more_sessions_to_tell(evidence.n_sessions, signed, gate.limit)
        wait = f"; about {more} more sessions would tell" if more is not None else "; the difference is too small to tell"
        return answer(gate, value, None, f"{found}{wait if signed.low is not None else f'; {ahead.note}'}", more_sessions=more, **turns)
    tie = "" if state or abs(lead) > ROUNDING else "; a tie never promotes"
    return answer(gate, value, state, f"{found}{tie}", **turns)


def _side(gate: Gate, ahead: Measure, margin: float) -> bool | None:
    """True when the whole lead is above the margin, False when none of it is, None between; a lead within rounding is a tie."""
    lead = float(ahead.value) if ahead.value is not None else math.nan
    if gate.by == "value" or (ahead.low is None and not ahead.note):
        return lead - margin > ROUNDING
    if ahead.low is None or ahead.high is None:
        return None
    if ahead.low - margin > ROUNDING:
        return True
    return False if ahead.high - margin <= ROUNDING else None


def _turned(ahead: Measure) -> Measure:
    """The same difference where smaller is better: positive is better again."""
    value, low, high = (None if end is None else -end for end in (ahead.value, ahead.high, ahead.low))
    return Measure(value, low, high, ahead.note)


def _baseline(gate: Gate, comparison: Comparison, evidence: Evidence) -> tuple[str | None, str]:
    """(whose value is compared with, in words): the champion, or before a first release the best naive rule."""
    if comparison.against == "champion" and evidence.champion is not None:
        return evidence.champion, "the champion"
    name = evidence.best_naive(gate.metric, upward=comparison.upward)
    return name, f"the best naive rule, {name}" + (", as there is no champion yet" if comparison.against == "champion" else "")


def _distance(lead: float, comparison: Comparison) -> str:
    """The lead in words; `lead` is positive on the better side."""
    if abs(lead) <= ROUNDING:
        return "level with"
    return f"{abs(lead):.4g} {'above' if (lead > 0) == comparison.upward else 'below'}"


def _asked(comparison: Comparison, limit: float) -> str:
    return f"more than {limit:.4g} {'above' if comparison.upward else 'below'} was asked"
