"""Every metric under every comparison: NaN, nothing and ties never promote, and the policy reader knows each pair's sense."""

import importlib.util
import math
from pathlib import Path

import pytest

from nightshift.config import Gate
from nightshift.errors import ConfigError
from nightshift.gates import COMPARISONS, check_policy, decide
from nightshift.gates.comparisons import in_words
from nightshift.gates.evidence import Evidence
from nightshift.nouns.measures import Measure
from nightshift.proof.examination import EXAMINED
from nightshift.proof.metrics import METRICS

_SPEC = importlib.util.spec_from_file_location("scales", Path(__file__).parents[1] / "gates" / "scales.py")
scales = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(scales)

PAIRS = [(metric, must_be) for metric in METRICS for must_be in COMPARISONS]


def evidence(metric, ours, champions, naive) -> Evidence:
    told = {"ridge": ours, "champion": champions, "last_sign": naive}
    measures = {name: {metric: Measure(value), "other": Measure(hash(name))} for name, value in told.items()}
    return Evidence("ridge", "champion", ("last_sign",), 100, measures, scales.leads(measures, "ridge"), weighed=weighed(ours, champions))


def weighed(ours, champions):
    """The lead that the two values would have, far beyond tonight's bound."""
    known = ours is not None and champions is not None
    lead = ours - champions if known else None
    return scales.weighed(lead_annual=lead, z=lead, bound=1e-6, low=None, high=None)


@pytest.mark.parametrize(("metric", "must_be"), PAIRS)
@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf, None])
def test_what_is_no_number_never_promotes(metric, must_be, broken):
    gates = [Gate(metric=metric, must_be=must_be, limit=0.0)]
    assert decide(gates, evidence(metric, broken, 0.0, 0.0)).decision != "PROMOTE"
    if COMPARISONS[must_be].against != "limit":
        assert decide(gates, evidence(metric, 0.5, broken, broken)).decision != "PROMOTE"


@pytest.mark.parametrize(("metric", "must_be"), PAIRS)
@pytest.mark.parametrize("same", [-1.5, 0.0, 2.0])
def test_a_tie_never_promotes(metric, must_be, same):
    if COMPARISONS[must_be].against != "limit":
        assert decide([Gate(metric=metric, must_be=must_be, limit=0.0)], evidence(metric, same, same, same)).decision == "REJECT"


def ordinary(metric) -> float:
    """A limit well inside a metric's range."""
    if math.isfinite(metric.lowest) and math.isfinite(metric.highest):
        return metric.lowest + 0.4 * (metric.highest - metric.lowest)
    return metric.lowest + 1.0 if math.isfinite(metric.lowest) else min(metric.highest, 1.0) - 1.0


def check(metric, must_be, limit) -> None:
    """The line, in a policy that is a good one otherwise."""
    told = METRICS.get(metric)
    task = min(told.tasks) if told else "classification"
    lead = "sharpe_annual" if (metric, must_be) != ("sharpe_annual", "above_champion_by") else "sortino_annual"
    check_policy([Gate(metric=lead, must_be="above_champion_by", limit=0.0), Gate(metric=metric, must_be=must_be, limit=limit)], task)


def refused(metric, must_be, limit, match) -> None:
    with pytest.raises(ConfigError, match=match):
        check(metric, must_be, limit)


@pytest.mark.parametrize(("metric", "must_be"), PAIRS)
def test_asking_for_the_worse_side_of_a_metric_is_refused_and_the_better_side_is_not(metric, must_be):
    comparison, better = COMPARISONS[must_be], METRICS[metric].higher_is_better
    limit = ordinary(METRICS[metric]) if comparison.against == "limit" else 0.0
    too_good_to_be_true = must_be == "at_most"
    if better is None or comparison.upward == better or too_good_to_be_true:
        check(metric, must_be, limit)
    else:
        refused(metric, must_be, limit, "asks for a worse one; next: did you mean '(at_most|above_|below_)")


@pytest.mark.parametrize(("metric", "must_be"), PAIRS)
def test_a_margin_is_no_less_than_nothing_and_less_than_the_whole_range(metric, must_be):
    comparison, better = COMPARISONS[must_be], METRICS[metric].higher_is_better
    if comparison.against == "limit" or better not in {None, comparison.upward}:
        return
    refused(metric, must_be, -1e-9, "lets a worse model pass")
    span = METRICS[metric].highest - METRICS[metric].lowest
    if math.isfinite(span):
        check(metric, must_be, span * 0.99)
        refused(metric, must_be, span, "no two models are that far apart")
    else:
        check(metric, must_be, 1e3)


@pytest.mark.parametrize("metric", [*METRICS.values(), *EXAMINED.values()], ids=lambda metric: metric.name)
def test_a_limit_lies_inside_what_the_metric_can_be(metric):
    """At an end of the range a check says nothing; a limit beyond it is a slip of the pen."""
    sides = ["at_most"] if metric.higher_is_better is False else ["at_least", "at_most"]
    for must_be in sides:
        check(metric.name, must_be, ordinary(metric))
        for end, beyond in ((metric.lowest, metric.lowest - 1.5), (metric.highest, metric.highest + 1.5)):
            if not math.isfinite(end):
                continue
            refused(metric.name, must_be, beyond, f"a limit that {metric.name} can have")
            is_best = end == (metric.highest if metric.higher_is_better else metric.lowest)
            is_easy = end == (metric.lowest if must_be == "at_least" else metric.highest)
            if is_best and not is_easy and getattr(metric, "reaches_best", False):
                check(metric.name, must_be, end)
            else:
                refused(metric.name, must_be, end, "every model passes" if is_easy else "no model passes")


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_of_another_task_is_refused(metric):
    for task in {"classification", "regression"} - METRICS[metric].tasks:
        lead = Gate(metric="sharpe_annual", must_be="above_champion_by", limit=0.0)
        with pytest.raises(ConfigError, match=f"expected metrics of a {task}.*next: choose one of "):
            check_policy([lead, Gate(metric=metric, must_be="at_most", limit=ordinary(METRICS[metric]))], task)


@pytest.mark.parametrize("must_be", COMPARISONS)
def test_every_comparison_says_what_it_asks(must_be):
    assert COMPARISONS[must_be].doc
    assert COMPARISONS[must_be].name == must_be
    assert in_words(must_be, "7 %").count("7 %") == 1
    assert ("champion" in in_words(must_be, "7 %")) == (COMPARISONS[must_be].against == "champion")


@pytest.mark.parametrize("metric", EXAMINED)
@pytest.mark.parametrize("must_be", COMPARISONS)
def test_what_was_examined_has_a_limit_and_no_rival(metric, must_be):
    gates = [Gate(metric=metric, must_be=must_be, limit=0.0)]
    if COMPARISONS[must_be].against != "limit":
        refused(metric, must_be, 0.0, f"expected `{metric}` with a limit of its own")
        return
    for value, decision in ((0.0, "PROMOTE"), (None, "ABSTAIN"), (math.nan, "REJECT")):
        found = Evidence("ridge", None, (), 100, {"ridge": {}}, examined={metric: Measure(value)}, weighed=scales.weighed())
        assert decide(gates, found).decision == decision


def test_no_name_of_a_metric_is_taken_twice():
    assert not EXAMINED.keys() & METRICS.keys()


def test_an_empty_policy_never_promotes():
    assert decide([], evidence("accuracy", 1.0, 0.0, 0.0)).decision == "REJECT"
