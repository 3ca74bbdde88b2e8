"""Is a market's policy one that can be meant? Asked when the market file is read, so that no night runs under a slip."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nightshift.config import Gate, known
from nightshift.errors import ConfigError
from nightshift.gates.comparisons import COMPARISONS

_OPPOSITE = {"above": "below", "below": "above"}


def check_policy(gates: Sequence[Gate]) -> None:
    """Refuse unknown names, numbers that are none, lines asked twice, the worse side of a metric, and contradictions.

    An empty policy is allowed here and refuses every challenger at night: no gates means no release.
    """
    from nightshift.proof.examination import EXAMINED
    from nightshift.proof.metrics import METRICS

    for gate in gates:
        known("metric", gate.metric, [*METRICS, *EXAMINED])
        known("comparison", gate.must_be, COMPARISONS)
        if not math.isfinite(gate.limit):
            raise ConfigError(expected=f"a number as limit of {_line(gate)}", found=str(gate.limit), next_step="correct the gate")
        if gate.metric in EXAMINED:
            _refuse_rivals(gate)
        else:
            _refuse_worse_side(gate, METRICS[gate.metric].higher_is_better)
    _refuse_twice(gates)
    _refuse_contradictions(gates)


def _line(gate: Gate) -> str:
    return f"`{gate.metric} {gate.must_be} {gate.limit:g}`"


def _refuse_rivals(gate: Gate) -> None:
    against = COMPARISONS[gate.must_be].against
    if against == "limit":
        return
    rivals = "the champion" if against == "champion" else "the naive rules"
    raise ConfigError(
        expected=f"`{gate.metric}` with a limit of its own: it is asked of the challenger alone",
        found=f"{_line(gate)}, which compares it with {rivals}",
        next_step="use at_least or at_most",
    )


def _refuse_worse_side(gate: Gate, higher_is_better: bool | None) -> None:
    comparison = COMPARISONS[gate.must_be]
    if comparison.against == "limit" or higher_is_better is None or comparison.upward == higher_is_better:
        return
    word = gate.must_be.split("_")[0]
    meant = gate.must_be.replace(word, _OPPOSITE[word], 1)
    better = "higher" if higher_is_better else "lower"
    raise ConfigError(
        expected=f"a check for a better {gate.metric}, where {better} is better",
        found=f"{_line(gate)}, which asks for a worse one",
        next_step=f"did you mean {meant!r}?",
    )


def _refuse_twice(gates: Sequence[Gate]) -> None:
    asked = [(gate.metric, gate.must_be) for gate in gates]
    for metric, must_be in asked:
        if asked.count((metric, must_be)) > 1:
            raise ConfigError(expected=f"`{metric} {must_be}` once", found="it is asked twice", next_step="keep the stricter line")


def _refuse_contradictions(gates: Sequence[Gate]) -> None:
    floors = {gate.metric: gate for gate in gates if gate.must_be == "at_least"}
    for gate in gates:
        floor = floors.get(gate.metric)
        if gate.must_be == "at_most" and floor is not None and floor.limit > gate.limit:
            raise ConfigError(
                expected=f"limits that {gate.metric} can meet", found=f"{_line(floor)} and {_line(gate)}", next_step="correct one of them"
            )
