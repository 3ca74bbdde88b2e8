"""One gate asked of the night's evidence: passed, failed, or not enough evidence, with the reason in words."""

from __future__ import annotations

import math
from typing import Any

from nightshift.config import Gate
from nightshift.gates.comparisons import COMPARISONS, ROUNDING, Comparison
from nightshift.gates.evidence import SESSIONS_MIN, Evidence, more_sessions_noted, more_sessions_to_tell
from nightshift.nouns.verdict_record import Check


def ask(gate: Gate, evidence: Evidence) -> Check:
    """The gate's answer. A value that is not a number fails; a value that is missing, or an interval that holds the limit, is undecided."""
    comparison = COMPARISONS[gate.must_be]
    measure = evidence.measure(evidence.challenger, gate.metric)
    if measure.value is None:
        return _unknown(gate, None, f"{gate.metric} of {evidence.challenger}: {measure.note or 'it has no value'}")
    if comparison.against == "limit":
        return _against_limit(gate, comparison, measure.value, evidence)
    return _against_baseline(gate, comparison, measure.value, evidence)


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


def _against_limit(gate: Gate, comparison: Comparison, value: float, evidence: Evidence) -> Check:
    if not math.isfinite(value):
        return _not_a_number(gate, value, evidence.challenger)
    margin, asked = comparison.margin(value, gate.limit), comparison.words.format(limit=f"{gate.limit:.4g}")
    turns = {"margin": margin, "turns_at": gate.limit}
    if comparison.passes(value, gate.limit):
        return _answer(gate, value, True, f"{gate.metric} {value:.4g} is {asked}, by {margin:.4g}", **turns)
    missed = f"{gate.metric} {value:.4g} is not {asked}: {-margin:.4g} short"
    measure = evidence.measure(evidence.challenger, gate.metric)
    more = more_sessions_to_tell(evidence.n_sessions, measure, gate.limit)
    if more is None:
        return _answer(gate, value, False, f"{missed}; {gate.limit:.4g} would have passed", **turns)
    interval = f"its interval {measure.low:.4g} to {measure.high:.4g} still holds the limit"
    return _answer(gate, value, None, f"{missed}, but {interval}; about {more} more sessions would tell", more_sessions=more, **turns)


def _against_baseline(gate: Gate, comparison: Comparison, value: float, evidence: Evidence) -> Check:
    if comparison.against == "champion" and evidence.champion_left_out:
        return _unknown(gate, value, f"the champion could not be judged tonight: {evidence.champion_left_out}")
    name, told = _baseline(gate, comparison, evidence)
    if name is None:
        return _unknown(gate, value, f"{gate.metric}: no naive rule has a value to compare {evidence.challenger} with")
    measure = evidence.measure(name, gate.metric)
    if measure.value is None:
        return _unknown(gate, value, f"{gate.metric} of {told}: {measure.note or 'it has no value'}")
    if not (math.isfinite(value) and math.isfinite(measure.value)):
        return _not_a_number(gate, value, evidence.challenger if not math.isfinite(value) else told)
    margin, turns = comparison.margin(value, gate.limit, measure.value), comparison.needed(gate.limit, measure.value)
    passed = comparison.passes(value, gate.limit, measure.value)
    found = f"{gate.metric} {value:.4g} is {_distance(value, measure.value)} {told} ({measure.value:.4g})"
    tie = "; a tie never promotes" if abs(value - measure.value) <= ROUNDING else ""
    turned = "" if passed else f"{tie}; {'above' if comparison.upward else 'below'} {turns:.4g} would have passed"
    reason = f"{found}; {_asked(comparison, gate.limit)}{turned}"
    return _answer(gate, value, passed, reason, margin=margin, baseline=name, baseline_value=measure.value, turns_at=turns)


def _baseline(gate: Gate, comparison: Comparison, evidence: Evidence) -> tuple[str | None, str]:
    """(whose value is compared with, in words): the champion, or before a first release the best naive rule."""
    if comparison.against == "champion" and evidence.champion is not None:
        return evidence.champion, "the champion"
    name = evidence.best_naive(gate.metric, upward=comparison.upward)
    return name, f"the best naive rule, {name}" + (", as there is no champion yet" if comparison.against == "champion" else "")


def _distance(value: float, baseline: float) -> str:
    difference = value - baseline
    return f"{abs(difference):.4g} {'above' if difference > 0 else 'below'}" if abs(difference) > ROUNDING else "level with"


def _asked(comparison: Comparison, limit: float) -> str:
    return f"more than {limit:.4g} {'above' if comparison.upward else 'below'} was asked"


def _not_a_number(gate: Gate, value: float, whose: str) -> Check:
    return _answer(gate, value, False, f"{gate.metric} of {whose} is not a finite number: that never passes")


def _unknown(gate: Gate, value: float | None, reason: str) -> Check:
    return _answer(gate, value, None, reason, more_sessions=more_sessions_noted(reason))


def _answer(gate: Gate, value: float | None, passed: bool | None, reason: str, **more: Any) -> Check:
    return Check(metric=gate.metric, must_be=gate.must_be, limit=gate.limit, value=value, passed=passed, reason=reason, **more)
