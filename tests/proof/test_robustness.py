"""Stress rows: the number of the stress and the size that breaks the verdict, on a leader that is known."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nightshift import models
from nightshift.proof.evaluation import gathering
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.examination import capacity, robustness, sensitivity, stress


@pytest.fixture
def subject(finished):
    night, models = finished
    return stress.subject(gathering.gather(night, models, night.stage("yardsticks")), "logistic")


def test_limits_are_those_of_the_policy_that_are_met(subject):
    assert [(one.metric, one.limit) for one in subject.limits] == [("accuracy", 0.52), ("sharpe_annual", 0.0), ("sharpe_annual", 0.0)]
    assert stress.holds(subject, subject.baseline)
    assert not stress.holds(subject, {"accuracy": 0.51})
    assert not stress.holds(subject, {"accuracy": math.nan})


def test_twice_the_costs_equals_trading_at_twice_the_costs(subject):
    costs = subject.material.market.costs
    dearer = costs.model_copy(update={"commission_bps": 2 * costs.commission_bps, "slippage_bps": 2 * costs.slippage_bps})
    again = backtest(subject.material.bars_of("test"), subject.material.traded_score("logistic", "test"), dearer)
    found = robustness.twice_the_costs(subject)
    assert found.value == pytest.approx(stress.numbers(subject, again)["sharpe_annual"], rel=1e-7)
    assert found.breaks_verdict_at == pytest.approx(capacity.break_even_bps(subject.portfolio), abs=5)


def test_a_crash_is_as_deep_as_its_gap(subject):
    found = robustness.crash(subject)
    assert found.metric == "drawdown_max_fraction"
    assert 0.15 < found.value < 0.25 + subject.baseline["drawdown_max_fraction"]


def test_the_best_sessions_are_missed_one_by_one(subject):
    found = robustness.missing_day(subject)
    assert found.value < found.baseline
    assert 1 < found.breaks_verdict_at <= len(subject.portfolio.sessions)


def test_delay_costs_a_strategy_that_lives_on_yesterday(subject):
    found = robustness.one_bar_delay(subject)
    assert found.value < 0.6 * found.baseline


def test_columns_that_carry_nothing_may_be_missing(finished, subject):
    night, _ = finished
    fitted = models.load(night.folder("models", "logistic") / "model")
    noise, missing, seeds = sensitivity.rows(subject, fitted, ["weekday", "log_return_1"], training_seconds=0.1)
    assert noise.value == pytest.approx(noise.baseline, rel=0.5)
    assert missing.breaks_verdict_at == 2  # without yesterday's return nothing is left
    assert seeds.value == pytest.approx(0.0, abs=1e-6)  # logistic regression has no luck in it


def test_what_is_too_dear_says_so(finished, subject):
    night, _ = finished
    fitted = models.load(night.folder("models", "logistic") / "model")
    seeds = sensitivity.rows(subject, fitted, [], training_seconds=60.0)[2]
    assert seeds.note == "not measured: 3 refits of 60.0 s each are over the budget of 2 s"


def test_unstressed_scores_give_the_baseline(finished, subject):
    """The way a stress is measured adds nothing of its own."""
    night, _ = finished
    fitted = models.load(night.folder("models", "logistic") / "model")
    asked = sensitivity._asked(subject)
    found = sensitivity._scored(subject, asked, fitted.predict(asked))
    for metric, value in found.items():
        assert value == pytest.approx(subject.baseline[metric], abs=1e-9)


def test_a_leader_that_loses_breaks_at_once(subject):
    losing = replace(
        subject, portfolio=replace(subject.portfolio, net_return_fraction=-np.abs(subject.portfolio.net_return_fraction) - 0.001)
    )
    assert robustness.missing_day(losing).breaks_verdict_at == 1
