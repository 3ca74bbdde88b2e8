"""A limit of its own, asked of the challenger's number: floors, ceilings, and what is too good to be true."""

from __future__ import annotations

import math

from nightshift.config import Gate
from nightshift.gates.check_answers import answer, not_a_number, unknown
from nightshift.gates.comparisons import Comparison
from nightshift.gates.evidence import Evidence, more_sessions_to_tell
from nightshift.nouns.measures import Measure
from nightshift.nouns.verdict_record import Check


def against_limit(gate: Gate, comparison: Comparison, measure: Measure, evidence: Evidence) -> Check:
    """The answer of a line with a limit of its own."""
    value = float(measure.value) if measure.value is not None else math.nan
    if not math.isfinite(value):
        return not_a_number(gate, value, evidence.challenger)
    margin, asked = comparison.margin(value, gate.limit), comparison.words.format(limit=f"{gate.limit:.4g}")
    turns = {"margin": margin, "turns_at": gate.limit}
    if holds(gate) and not comparison.passes(value, gate.limit):
        return _too_good(gate, value, asked, **turns)
    state = True if holds(gate) else _decided(gate, comparison, measure, gate.limit)
    interval = f" ({measure.low:.4g} to {measure.high:.4g})" if gate.by == "interval" and measure.low is not None else ""
    if state:
        return answer(gate, value, True, f"{gate.metric} {value:.4g}{interval} is {asked}, by {margin:.4g}", **turns)
    if state is False:
        missed = f"{gate.metric} {value:.4g}{interval} is not {asked}: {-margin:.4g} short; {gate.limit:.4g} would have passed"
        return answer(gate, value, False, missed, **turns)
    if measure.low is None:
        return unknown(gate, value, f"{gate.metric} {value:.4g}: {measure.note}")
    more = more_sessions_to_tell(evidence.n_sessions, measure, gate.limit)
    wait = f"about {more} more sessions would tell" if more is not None else "no number of sessions within ten years would tell"
    return answer(
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
    return answer(gate, value, None, reason, held=True, **turns)


def _decided(gate: Gate, comparison: Comparison, measure: Measure, limit: float) -> bool | None:
    """True, False, or None where the interval holds the limit or there is none although there should be."""
    value = float(measure.value) if measure.value is not None else math.nan
    if gate.by == "value" or (measure.low is None and not measure.note):
        return comparison.passes(value, limit)
    if measure.low is None or measure.high is None:
        return None
    ends = [comparison.passes(end, limit) for end in (measure.low, measure.high)]
    return True if all(ends) else None if any(ends) else False
