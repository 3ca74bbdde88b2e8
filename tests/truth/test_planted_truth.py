"""On markets whose truth is known: families find what is planted, as well as anybody could, and nothing where nothing is.

Who is not expected to find what, whatever its parameters: a weighted sum of columns cannot hold an interaction, and a learner
that sees one session a row cannot hold a signal that is half out of its sight (it must still find the half that it sees).
"""

import importlib.util
import sys
from pathlib import Path

import pytest

from nightshift import models
from nightshift.proof.metrics import METRICS

_SPEC = importlib.util.spec_from_file_location("truth_markets", Path(__file__).with_name("truth_markets.py"))
truth = sys.modules["truth_markets"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(truth)

ENOUGH = 0.95  # of the skill of the Bayes-optimal rule
BOOSTED = ("xgboost", "lightgbm", "catboost")
BASELINES = ("logistic", "random_forest")
TABULAR = (*BASELINES, *BOOSTED)
# A forest and CatBoost take the longest, and learn as the others do: they are asked among the long tests.
LONG = {"random_forest", "catboost"}


def quick(family, *before):
    return pytest.param(*before, family, marks=[pytest.mark.slow] if family in LONG else [])


QUICK = [*[quick(family, "linear") for family in TABULAR], *[quick(family, "interaction") for family in BOOSTED]]


@pytest.mark.parametrize(("kind", "family"), QUICK)
def test_what_is_planted_is_found(kind, family):
    market = truth.market(kind)
    score = truth.fitted_scores(market, family)
    share, (accuracy, low, high) = truth.share_of_optimal_skill(market, score), truth.accuracy_interval(market, score)
    print(
        f"{family} on {kind}: accuracy {accuracy:.3f} [{low:.3f}, {high:.3f}]; optimum {market.optimum['accuracy']:.3f}, {share:.1%} of it"
    )
    assert share >= ENOUGH
    assert low <= 0.5 + share * (market.optimum["accuracy"] - 0.5) <= high, "the drawn outcomes say the same"
    assert low > 0.5


def test_a_linear_regression_of_returns_finds_the_linear_signal():
    market = truth.market("linear", label="return")
    score = truth.fitted_scores(market, "ridge")
    assert truth.share_of_optimal_skill(market, score, up_above=0.0) >= ENOUGH


def test_a_weighted_sum_of_columns_cannot_hold_an_interaction():
    market = truth.market("interaction")
    assert abs(truth.share_of_optimal_skill(market, truth.fitted_scores(market, "logistic"))) < 0.1


@pytest.mark.parametrize("family", ["logistic", "xgboost"])
def test_one_session_a_row_finds_the_half_of_a_sequence_that_it_sees(family):
    market = truth.market("sequential")
    seen = (market.optimum["accuracy_without_memory"] - 0.5) / (market.optimum["accuracy"] - 0.5)
    share = truth.share_of_optimal_skill(market, truth.fitted_scores(market, family))
    assert ENOUGH * seen <= share < seen + 0.05


@pytest.mark.parametrize("family", [quick(family) for family in TABULAR])
def test_nothing_is_found_where_nothing_is(family):
    market = truth.market("none")
    _, low, high = truth.accuracy_interval(market, truth.fitted_scores(market, family))
    assert low <= 0.5 <= high


def rare_events(families, size=None):
    """F1 and ROC-AUC of each family on the event market, printed beside the planted optimum."""
    market = truth.market("event", size or truth.SMALL)
    found = {}
    print(f"3 % events: optimum F1 {market.optimum['f1']:.3f}, {market.optimum['event_fraction']:.2%} of the rows")
    for family in families:
        score = truth.fitted_scores(market, family)
        found[family] = {name: METRICS[name].of(market.test.label, score) for name in ("f1", "roc_auc", "precision", "recall")}
        print(f"  {family:14}", "  ".join(f"{name} {value:.3f}" for name, value in found[family].items()))
    return found, market.optimum


def expect_events_found(found, optimum):
    best = max(found, key=lambda family: found[family]["f1"])
    assert found[best]["f1"] >= 0.70
    assert found[best]["roc_auc"] >= 0.75
    assert found[best]["f1"] <= optimum["f1"] + 0.04, "nobody beats the optimum but by luck"
    assert all(found[family]["f1"] >= 0.60 for family in BASELINES)


def test_rare_events_are_found():
    expect_events_found(*rare_events((*BASELINES, "xgboost", "lightgbm")))


# Full size: every family by its defaults, on every column.
NEURAL = ("mlp", "lstm", "transformer", "cnn", "convlstm")
FINDS = {
    "logistic": ("linear",),
    **dict.fromkeys(("random_forest", *BOOSTED, "mlp"), ("linear", "interaction")),
    **dict.fromkeys(("lstm", "transformer", "cnn"), ("linear", "interaction", "sequential")),
    "convlstm": ("linear",),
    **dict.fromkeys(("vote", "blend", "stack"), ("linear",)),
}
LEARNERS = [name for name, family in models.FAMILIES.items() if not family.naive and "classification" in family.tasks]


def marked(family, *values):
    """A case of the full size; networks need TensorFlow."""
    return pytest.param(*values, family, marks=[pytest.mark.neural] if family in NEURAL else [])


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("kind", "family"), [marked(family, kind) for family, kinds in FINDS.items() for kind in kinds])
def test_what_is_planted_is_found_at_full_size(kind, family):
    market = truth.market(kind, truth.FULL)
    share = truth.share_of_optimal_skill(market, truth.fitted_scores(market, family))
    print(f"{family} on {kind}: {share:.1%} of the optimal rule's skill")
    assert share >= ENOUGH


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("family", [marked(family) for family in LEARNERS])
def test_nothing_is_found_where_nothing_is_at_full_size(family):
    market = truth.market("none", truth.FULL)
    accuracy, low, high = truth.accuracy_interval(market, truth.fitted_scores(market, family))
    print(f"{family} on nothing: accuracy {accuracy:.3f} [{low:.3f}, {high:.3f}]")
    assert low <= 0.5 <= high


@pytest.mark.slow
@pytest.mark.neural
@pytest.mark.timeout(7200)
def test_rare_events_are_found_at_full_size():
    expect_events_found(*rare_events((*TABULAR, "mlp"), truth.FULL))
