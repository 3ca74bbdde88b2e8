"""One line of a policy: it names what there is for the market's task, asks for the better side, and can fail as well as pass."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from nightshift.config import Gate, known
from nightshift.errors import ConfigError
from nightshift.gates.comparisons import COMPARISONS

if TYPE_CHECKING:
    from nightshift.proof.examination import ExaminedMetric
    from nightshift.proof.metrics import Metric

_OPPOSITE = {"above": "below", "below": "above"}


def check_line(gate: Gate, task: str) -> None:
    """Refuse unknown names, metrics of another task, rivals where there are none, the worse side, and limits that decide nothing."""
    metric = _metric_of(gate, task)
    comparison = COMPARISONS[known("comparison", gate.must_be, COMPARISONS)]
    _refuse_rivals(gate)
    _refuse_worse_side(gate, metric.higher_is_better)
    if comparison.against == "limit":
        _refuse_beyond(gate, metric)
        _refuse_undecided(gate, metric)
    else:
        _refuse_margin(gate, metric)


def in_text(gate: Gate) -> str:
    """The line as a sentence has it.

    >>> in_text(Gate(metric="accuracy", must_be="at_least", limit=0.6))
    '`accuracy at_least 0.6`'
    """
    return f"`{gate.metric} {gate.must_be} {gate.limit:g}`"


def _metric_of(gate: Gate, task: str) -> Metric | ExaminedMetric:
    from nightshift.proof.examination import EXAMINED
    from nightshift.proof.metrics import METRICS, metrics_of

    known("metric", gate.metric, [*METRICS, *EXAMINED])
    meant = {metric.name: metric for metric in metrics_of(task)}
    if gate.metric in EXAMINED or gate.metric in meant:
        return EXAMINED.get(gate.metric) or meant[gate.metric]
    skills = ", ".join(sorted(name for name, metric in meant.items() if metric.group == "Skill"))
    raise ConfigError(
        expected=f"metrics of a {task}, which is what this market's label makes it",
        found=f"{in_text(gate)}, a metric of a {METRICS[gate.metric].kind}",
        next_step=f"choose one of {skills}, or another label",
    )


def _refuse_rivals(gate: Gate) -> None:
    from nightshift.proof.examination import EXAMINED

    against = COMPARISONS[gate.must_be].against
    if against == "limit" or gate.metric not in EXAMINED:
        return
    rivals = "the champion" if against == "champion" else "the naive rules"
    raise ConfigError(
        expected=f"`{gate.metric}` with a limit of its own: it is asked of the challenger alone",
        found=f"{in_text(gate)}, which compares it with {rivals}",
        next_step="use at_least or at_most",
    )


def _refuse_worse_side(gate: Gate, higher_is_better: bool | None) -> None:
    """A floor under what should be low is a slip; a ceiling over what should be high is 'too good to be true'."""
    comparison = COMPARISONS[gate.must_be]
    is_ceiling = comparison.against == "limit" and not comparison.upward
    if higher_is_better is None or comparison.upward == higher_is_better or is_ceiling:
        return
    word = gate.must_be.split("_")[0]
    meant = "at_most" if comparison.against == "limit" else gate.must_be.replace(word, _OPPOSITE[word], 1)
    better = "higher" if higher_is_better else "lower"
    raise ConfigError(
        expected=f"a check for a better {gate.metric}, where {better} is better",
        found=f"{in_text(gate)}, which asks for a worse one",
        next_step=f"did you mean {meant!r}?",
    )


def _refuse_beyond(gate: Gate, metric: Metric | ExaminedMetric) -> None:
    if metric.lowest <= gate.limit <= metric.highest:
        return
    meant = next((f"{x:g}" for x in _slips(gate.limit) if metric.lowest < x < metric.highest), None)
    raise ConfigError(
        expected=f"a limit that {gate.metric} can have, {range_in_words(metric.lowest, metric.highest)}",
        found=in_text(gate),
        next_step=f"did you mean {meant}?" if meant else "choose a limit in this range",
    )


def _refuse_undecided(gate: Gate, metric: Metric | ExaminedMetric) -> None:
    """At the ends of the range a check says nothing: it cannot fail, or it cannot be met."""
    upward = COMPARISONS[gate.must_be].upward
    easy, hard = (metric.lowest, metric.highest) if upward else (metric.highest, metric.lowest)
    can_be_met = gate.limit == hard and upward == metric.higher_is_better and _reaches_best(gate.metric)
    if gate.limit not in {easy, hard} or can_be_met:
        return
    who, is_higher = ("every model passes", upward) if gate.limit == easy else ("no model passes", not upward)
    raise ConfigError(
        expected=f"a limit that can fail and can be met, with {gate.metric} {range_in_words(metric.lowest, metric.highest)}",
        found=f"{in_text(gate)}, which {who}",
        next_step=f"{'raise' if is_higher else 'lower'} the limit, or take the line away",
    )


def _reaches_best(name: str) -> bool:
    from nightshift.proof.examination import EXAMINED

    return name in EXAMINED and EXAMINED[name].reaches_best


def _refuse_margin(gate: Gate, metric: Metric | ExaminedMetric) -> None:
    span = metric.highest - metric.lowest
    if 0 <= gate.limit < span:
        return
    word = gate.must_be.split("_")[0]
    if gate.limit < 0:
        found, meant = f"{in_text(gate)}, which lets a worse model pass", f"{word} says the side already: 0 asks for any lead"
    else:
        found = f"{in_text(gate)}, and no two models are that far apart"
        meant = f"did you mean {gate.limit / 100:g}?" if gate.limit / 100 < span else "choose a smaller margin"
    margins = "0 or more" if math.isinf(span) else f"0 or more and less than {span:g}"
    raise ConfigError(expected=f"a margin of {margins} for {gate.metric}", found=found, next_step=meant)


def _slips(limit: float) -> Iterable[float]:
    """What a limit out of range may have been meant as: percent for a fraction, the wrong sign, or both."""
    return limit / 100, -limit, -limit / 100


def range_in_words(lowest: float, highest: float) -> str:
    """How low and how high a number can be.

    >>> range_in_words(0.0, 1.0), range_in_words(0.0, math.inf), range_in_words(-math.inf, 1.0), range_in_words(-math.inf, math.inf)
    ('between 0 and 1', '0 or more', '1 or less', 'any number')
    """
    if math.isfinite(lowest) and math.isfinite(highest):
        return f"between {lowest:g} and {highest:g}"
    if math.isfinite(lowest):
        return f"{lowest:g} or more"
    return f"{highest:g} or less" if math.isfinite(highest) else "any number"
