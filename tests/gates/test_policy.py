"""What a policy may say is decided when its file is read; every refusal says what was meant."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.config import Gate, validated
from nightshift.errors import ConfigError
from nightshift.gates import check_policy
from nightshift.gates.policy import AGAINST_THE_CHAMPION


def gate(metric, must_be, limit) -> Gate:
    return Gate(metric=metric, must_be=must_be, limit=limit)


LEAD = gate("sharpe_annual", "above_champion_by", 0.0)


def refused(gates, task="classification") -> str:
    with pytest.raises(ConfigError, match=r"^expected .*; found .*; next: ") as sentence:
        check_policy(gates, task)
    assert "\n" not in str(sentence.value)
    return str(sentence.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (gate("acuracy", "at_least", 0.6), "did you mean 'accuracy'"),
        (gate("accuracy", "at_leest", 0.6), "did you mean 'at_least'"),
        (gate("deflated_sharp", "at_least", 0.95), "did you mean 'deflated_sharpe'"),
        (gate("drawdown_max_fraction", "above_champion_by", 0.0), "did you mean 'below_champion_by'"),
        (gate("accuracy", "below_naive_by", 0.0), "did you mean 'above_naive_by'"),
        (gate("log_loss", "at_least", 0.5), "where lower is better; found `log_loss at_least 0.5`, which asks for a worse one"),
        (gate("drawdown_max_fraction", "at_least", 0.0), "did you mean 'at_most'"),
        (gate("drift_psi_max", "at_least", 0.25), "did you mean 'at_most'"),
        (gate("deflated_sharpe", "above_champion_by", 0.0), "it is asked of the challenger alone"),
        (gate("drift_psi_max", "below_naive_by", 0.0), "which compares it with the naive rules; next: use at_least or at_most"),
        (gate("accuracy", "at_least", 60), "between 0 and 1; found `accuracy at_least 60`; next: did you mean 0.6?"),
        (gate("drawdown_max_fraction", "at_most", 35), "did you mean 0.35?"),
        (gate("drawdown_max_fraction", "at_most", -0.2), "did you mean 0.2?"),
        (gate("drawdown_max_fraction", "at_most", -20), "did you mean 0.2?"),
        (gate("probability_of_overfitting", "at_most", 20), "did you mean 0.2?"),
        (gate("crash_drawdown_max_fraction", "at_most", 50), "did you mean 0.5?"),
        (gate("accuracy", "at_least", 600), "choose a limit in this range"),
        (gate("drift_psi_max", "at_most", -1e-9), "0 or more; found `drift_psi_max at_most -1e-09`; next: did you mean 1e-09?"),
        (gate("accuracy", "at_least", 0), "which every model passes; next: raise the limit"),
        (gate("accuracy", "at_least", 1), "which no model passes; next: lower the limit"),
        (gate("accuracy", "at_most", 1), "which every model passes; next: lower the limit"),
        (gate("drawdown_max_fraction", "at_most", 1), "which every model passes; next: lower the limit"),
        (gate("drawdown_max_fraction", "at_most", 0), "which no model passes; next: raise the limit"),
        (gate("probability_of_overfitting", "at_most", 1), "which every model passes"),
        (gate("return_total_fraction", "at_least", -1), "which every model passes"),
        (gate("rmse", "at_most", 0.01), "a metric of a regression; next: choose one of accuracy, "),
        (gate("accuracy", "above_champion_by", -0.1), "lets a worse model pass; next: above says the side already: 0 asks for"),
        (gate("log_loss", "below_champion_by", -0.1), "below says the side already"),
        (gate("accuracy", "above_naive_by", 2), "no two models are that far apart; next: did you mean 0.02?"),
        (gate("accuracy", "above_naive_by", 1), "0 or more and less than 1"),
        (gate("accuracy", "above_champion_by", 100), "choose a smaller margin"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_meant_is_refused(line, told):
    assert told in refused([LEAD, line] if line.metric != LEAD.metric else [line])


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([gate("sharpe_annual", "at_least", 2.0), gate("sharpe_annual", "at_most", 1.0)], "`sharpe_annual at_least 2` and"),
        ([gate("accuracy", "at_most", 0.6), gate("accuracy", "at_least", 0.6)], "with room between them"),
        ([gate("deflated_sharpe", "at_most", 0.9), gate("deflated_sharpe", "at_least", 0.95)], "limits that deflated_sharpe can meet"),
        ([gate("accuracy", "at_least", 0.5), gate("accuracy", "at_least", 0.6)], "asked twice"),
        ([LEAD], "`sharpe_annual above_champion_by` once"),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_meant_together_are_refused(lines, told):
    assert told in refused([LEAD, *lines])


@pytest.mark.parametrize(
    "gates",
    [
        [],
        [gate("accuracy", "at_least", 0.6)],
        [gate("accuracy", "above_naive_by", 0.02)],
        [gate("turnover_annual", "below_champion_by", 0.0)],  # to trade less is not to be better
    ],
)
def test_a_policy_that_never_asks_about_the_champion_is_refused_with_the_line_to_add(gates):
    told = refused(gates)
    assert "better than the champion" in told
    assert f"add the line `- {AGAINST_THE_CHAMPION}`" in told
    assert ("no gates means no release" in told) == (gates == [])


def test_the_line_that_is_offered_is_one_that_is_accepted():
    import yaml

    check_policy([Gate(**yaml.safe_load(AGAINST_THE_CHAMPION))], "classification")


def test_another_task_has_other_metrics_and_another_range_of_skill():
    assert "a metric of a classification" in refused([LEAD, gate("accuracy", "at_least", 0.6)], "regression")
    check_policy([LEAD, gate("rmse", "at_most", 0.05), gate("skill", "at_least", -0.9)], "regression")  # its skill is R²
    assert "between -0.5 and 0.5" in refused([LEAD, gate("skill", "at_least", -0.9)], "classification")


def test_what_can_be_meant_is_allowed():
    check_policy([LEAD], "classification")
    check_policy(
        [
            LEAD,
            gate("sharpe_annual", "at_least", 0.0),
            gate("sharpe_annual", "at_most", 4.0),  # too good to be true
            gate("accuracy", "at_most", 0.60),
            gate("drawdown_max_fraction", "below_champion_by", 0.0),
            gate("turnover_annual", "at_least", 1.0),
            gate("turnover_annual", "at_most", 300.0),
            gate("turnover_annual", "above_naive_by", 0.0),
            gate("deflated_sharpe", "at_least", 0.95),
            gate("drift_psi_max", "at_most", 5.0),
            gate("columns_changed_count", "at_most", 0),  # reached on ordinary nights
            gate("share_of_chance_beaten", "at_least", 1),
        ],
        "classification",
    )


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (True, "YAML reads yes, on and true as true"),
        ("0.6", "write a number: 0.6, without quotes"),
        ("60%", "write a number: 0.6, without quotes"),
        ("5e-2", "write a number: 0.05, without quotes"),
        ("high", "0.6, say, without quotes"),
        (None, "valid number"),
        (math.nan, "finite number"),
        (math.inf, "finite number"),
        (-math.inf, "finite number"),
    ],
)
def test_a_limit_that_is_no_number_is_refused(limit, told):
    with pytest.raises(ConfigError, match=r"expected a valid `limit` in demo.yaml; found .*; next: ") as sentence:
        validated(Gate, {"metric": "accuracy", "must_be": "at_least", "limit": limit}, "demo.yaml")
    assert told in str(sentence.value)


def test_a_line_without_a_limit_is_refused():
    with pytest.raises(ConfigError, match=r"say the limit, it is never guessed: \{metric: accuracy, must_be: at_least, limit: …\}"):
        validated(Gate, {"metric": "accuracy", "must_be": "at_least"}, "demo.yaml")
    with pytest.raises(ConfigError, match="did you mean 'limit'"):
        validated(Gate, {"metric": "accuracy", "must_be": "at_least", "limits": 0.6}, "demo.yaml")


@given(limit=st.integers(-3, 3) | st.floats(-1e6, 1e6))
def test_a_number_is_the_number_that_was_written(limit):
    assert gate("sharpe_annual", "at_least", limit).limit == limit
