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


@pytest.mark.parametrize(("metric", "must_be"), PAIRS)
def test_asking_for_the_worse_side_of_a_metric_is_refused_and_the_better_side_is_not(metric, must_be):
    comparison = COMPARISONS[must_be]
    policy = [Gate(metric=metric, must_be=must_be, limit=0.0)]
    better = METRICS[metric].higher_is_better
    if comparison.against == "limit" or better is None or comparison.upward == better:
        check_policy(policy)
    else:
        with pytest.raises(ConfigError, match="asks for a worse one"):
            check_policy(policy)


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
        with pytest.raises(ConfigError, match=f"expected `{metric}` with a limit of its own"):
            check_policy(gates)
        return
    check_policy(gates)
    for value, decision in ((0.0, "PROMOTE"), (None, "ABSTAIN"), (math.nan, "REJECT")):
        found = Evidence("ridge", None, (), 100, {"ridge": {}}, examined={metric: Measure(value)}, weighed=scales.weighed())
        assert decide(gates, found).decision == decision


def test_no_name_of_a_metric_is_taken_twice():
    assert not EXAMINED.keys() & METRICS.keys()


def test_an_empty_policy_never_promotes():
    assert decide([], evidence("accuracy", 1.0, 0.0, 0.0)).decision == "REJECT"
