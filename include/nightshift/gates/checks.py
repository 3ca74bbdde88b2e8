"""One gate asked of the night's evidence: passed, failed, or not enough evidence, with the reason in words.

A number with an interval decides by the whole interval, in both directions: it passes when all of it lies on the asked side, it fails
when all of it lies on the other, and else the evidence is not enough. `by: value` makes a line a guard rail, decided by the value.
"""

from __future__ import annotations

import math
from typing import Any

from nightshift.config import Gate
from nightshift.gates.comparisons import COMPARISONS, ROUNDING, Comparison
from nightshift.gates.evidence import SESSIONS_MIN, Evidence, more_sessions_noted, more_sessions_to_tell
from nightshift.gates.lead_check import LEAD_METRIC, ask_lead
from nightshift.nouns.measures import Measure
from nightshift.nouns.verdict_record import Check


def ask(gate: Gate, evidence: Evidence) -> Check:
    """The gate's answer. A value that is not a number fails; a value that is missing, or an interval that holds the limit, is undecided."""
    comparison = COMPARISONS[gate.must_be]
    if is_lead(gate):
        return ask_lead(evidence, gate.limit)
    measure = evidence.measure(evidence.challenger, gate.metric)
    if measure.value is None:
        return _unknown(gate, None, f"{gate.metric} of {evidence.challenger}: {measure.note or 'it has no value'}")
    if comparison.against == "limit":
        return _against_limit(gate, comparison, measure, evidence)
    return _against_baseline(gate, comparison, measure.value, evidence)


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


def _against_limit(gate: Gate, comparison: Comparison, measure: Measure, evidence: Evidence) -> Check:
    value = float(measure.value) if measure.value is not None else math.nan
    if not math.isfinite(value):
        return _not_a_number(gate, value, evidence.challenger)
    margin, asked = comparison.margin(value, gate.limit), comparison.words.format(limit=f"{gate.limit:.4g}")
    turns = {"margin": margin, "turns_at": gate.limit}
    if holds(gate) and not comparison.passes(value, gate.limit):
        return _too_good(gate, value, asked, **turns)
    state = _decided(gate, comparison, measure, gate.limit)
    interval = f" ({measure.low:.4g} to {measure.high:.4g})" if gate.by == "interval" and measure.low is not None else ""
    if state:
        return _answer(gate, value, True, f"{gate.metric} {value:.4g}{interval} is {asked}, by {margin:.4g}", **turns)
    if state is False:
        missed = f"{gate.metric} {value:.4g}{interval} is not {asked}: {-margin:.4g} short; {gate.limit:.4g} would have passed"
        return _answer(gate, value, False, missed, **turns)
    if measure.low is None:
        return _unknown(gate, value, f"{gate.metric} {value:.4g}: {measure.note}")
    more = more_sessions_to_tell(evidence.n_sessions, measure, gate.limit)
    wait = f"about {more} more sessions would tell" if more is not None else "no number of sessions within ten years would tell"
    return _answer(
        gate, value, None, f"{gate.metric} {value:.4g}{interval} holds the limit: {asked} is asked; {wait}", more_sessions=more, **turns
    )


def holds(gate: Gate) -> bool:
    """True for a ceiling on a metric of which more is better: beyond it, it is too good to be true, and a person decides."""
    from nightshift.proof.examination import EXAMINED
    from nightshift.proof.metrics import METRICS

    better_upwards = METRICS[gate.metric].higher_is_better if gate.metric in METRICS else EXAMINED[gate.metric].higher_is_better
    return gate.must_be == "at_most" and bool(better_upwards)


def _too_good(gate: Gate, value: float, asked: str, **turns: float) -> Check:
    reason = f"{gate.metric} {value:.4g} is not {asked}: too good to be true until a person has looked"
    return _answer(gate, value, None, reason, held=True, **turns)


def _decided(gate: Gate, comparison: Comparison, measure: Measure, limit: float) -> bool | None:
    """True, False, or None where the interval holds the limit or there is none although there should be."""
    value = float(measure.value) if measure.value is not None else math.nan
    if gate.by == "value" or (measure.low is None and not measure.note):
        return comparison.passes(value, limit)
    if measure.low is None or measure.high is None:
        return None
    ends = [comparison.passes(end, limit) for end in (measure.low, measure.high)]
    return True if all(ends) else None if any(ends) else False


def _against_baseline(gate: Gate, comparison: Comparison, value: float, evidence: Evidence) -> Check:
    if comparison.against == "champion" and evidence.champion_left_out:
        return _unknown(gate, value, f"the champion could not be judged tonight: {evidence.champion_left_out}")
    name, told = _baseline(gate, comparison, evidence)
    if name is None:
        return _unknown(gate, value, f"{gate.metric}: no naive rule has a value to compare {evidence.challenger} with")
    theirs, ahead = evidence.measure(name, gate.metric), evidence.lead(name, gate.metric)
    if theirs.value is None:
        return _unknown(gate, value, f"{gate.metric} of {told}: {theirs.note or 'it has no value'}")
    if not (math.isfinite(value) and math.isfinite(theirs.value)):
        return _not_a_number(gate, value, evidence.challenger if not math.isfinite(value) else told)
    if ahead.value is None:
        return _unknown(gate, value, f"{gate.metric} beside {told}: {ahead.note}")
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
        return _answer(gate, value, None, f"{found}{wait if signed.low is not None else f'; {ahead.note}'}", more_sessions=more, **turns)
    tie = "" if state or abs(lead) > ROUNDING else "; a tie never promotes"
    return _answer(gate, value, state, f"{found}{tie}", **turns)


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


def _not_a_number(gate: Gate, value: float, whose: str) -> Check:
    return _answer(gate, value, False, f"{gate.metric} of {whose} is not a finite number: that never passes")


def _unknown(gate: Gate, value: float | None, reason: str) -> Check:
    return _answer(gate, value, None, reason, more_sessions=more_sessions_noted(reason))


def _answer(gate: Gate, value: float | None, passed: bool | None, reason: str, **more: Any) -> Check:
    return Check(metric=gate.metric, must_be=gate.must_be, limit=gate.limit, value=value, passed=passed, reason=reason, **more)
