"""The stationary bootstrap against arch, and whether its intervals cover what they promise."""

from dataclasses import replace

import numpy as np
import pytest

from nightshift.proof.evaluation import bootstrap
from nightshift.proof.evaluation.block_length import block_sessions
from nightshift.proof.metrics import METRICS
from nightshift.proof.metrics.metric import Answers, Metric
from nightshift.proof.metrics.unit import FRACTION

SHARPE = METRICS["sharpe_annual"]


def autocorrelated(n, rho, seed):
    rng = np.random.default_rng(seed)
    out, noise = np.zeros(n), rng.normal(size=n)
    for i in range(1, n):
        out[i] = rho * out[i - 1] + noise[i]
    return out


@pytest.mark.parametrize("n", [30, 120, 500, 1260])
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
def test_block_length_equals_arch(n, rho):
    from arch.bootstrap import optimal_block_length

    series = autocorrelated(n, rho, n)
    assert block_sessions(series) == pytest.approx(max(optimal_block_length(series)["stationary"].iloc[0], 1.0), rel=1e-9)


def test_blocks_follow_the_calendar():
    """Without blocks two neighbours in a replica would be strangers."""
    index = bootstrap.replicas(400, 8.0, n_replicas=200, seed=3).index
    follows = (np.diff(index, axis=1) % 400 == 1).mean()
    assert follows == pytest.approx(1 - 1 / 8.0, abs=0.01)


def test_intervals_widen_with_dependence():
    """The mean of a dependent series is less sure than its sessions suggest; independent draws would not see it."""
    series = autocorrelated(600, 0.8, 1)
    spread = {}
    for block in (1.0, 25.0):
        means = series[bootstrap.replicas(600, block, seed=2).index].mean(axis=1)
        spread[block] = means.std()
    assert spread[25.0] > 2.0 * spread[1.0]
    chosen = block_sessions(series)
    assert series[bootstrap.replicas(600, chosen, seed=2).index].mean(axis=1).std() > 1.7 * spread[1.0]


def test_spread_agrees_with_arch():
    from arch.bootstrap import StationaryBootstrap

    series = autocorrelated(300, 0.4, 5)
    theirs = StationaryBootstrap(6, series, seed=0).apply(np.mean, 1500).std()
    ours = series[bootstrap.replicas(300, 6.0, n_replicas=1500, seed=0).index].mean(axis=1).std()
    assert ours == pytest.approx(theirs, rel=0.1)


def test_each_session_is_drawn_as_often_as_another():
    drawn = bootstrap.replicas(50, 5.0, n_replicas=4000, seed=1)
    assert drawn.times_drawn.sum(axis=1) == pytest.approx(50)
    assert drawn.times_drawn.mean(axis=0) == pytest.approx(1.0, abs=0.1)


def test_same_seed_same_draws():
    one, two = (bootstrap.replicas(60, 4.0, seed=9).index for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert (bootstrap.replicas(60, 4.0, seed=10).index != one).any()


def test_the_interval_of_accuracy_covers_the_truth_nineteen_times_in_twenty():
    rng, covered, trials = np.random.default_rng(0), 0, 150
    for trial in range(trials):
        session = np.repeat(np.arange(120), 6)
        right = rng.random(720) < np.repeat(np.clip(0.6 + rng.normal(0, 0.1, 120), 0, 1), 6)  # sessions share their luck
        answers = Answers(np.ones(720), np.where(right, 0.9, 0.1), session, 120)
        drawn = bootstrap.replicas(120, 2.0, n_replicas=300, seed=trial)
        found = bootstrap.rows_measures([METRICS["accuracy"]], answers, drawn)["accuracy"]
        covered += found.low <= 0.6 <= found.high
    assert 0.88 <= covered / trials <= 0.99


def test_rows_are_drawn_by_session():
    """All rows of a session move together: an interval over rows alone would be far too narrow."""
    rng = np.random.default_rng(4)
    right = np.repeat(rng.random(60) < 0.6, 50)
    answers = Answers(np.ones(3000), np.where(right, 0.9, 0.1), np.repeat(np.arange(60), 50), 60)
    found = bootstrap.rows_measures([METRICS["accuracy"]], answers, bootstrap.replicas(60, 1.0, seed=1))["accuracy"]
    assert found.high - found.low > 0.2  # 60 independent facts, not 3 000


SUMMED = ["accuracy", "precision", "f1", "log_loss", "brier", "calibration_error"]


def rows_and_draws():
    rng = np.random.default_rng(6)
    session, label, score = rng.integers(0, 30, 400), (rng.random(400) < 0.5).astype(float), rng.random(400)
    return Answers(label, score, session, 30, threshold=0.4), bootstrap.replicas(30, 3.0, n_replicas=100, seed=2)


@pytest.mark.parametrize("name", SUMMED)
def test_sums_equal_gathering_the_rows(name):
    """And so does the library's own way of gathering, which a metric takes that is no formula of sums."""
    answers, drawn = rows_and_draws()
    slow = []
    for draw in drawn.index:
        rows = np.concatenate([np.flatnonzero(answers.session == one) for one in draw])
        slow.append(METRICS[name].of(answers.label[rows], answers.score[rows], threshold=answers.threshold))
    plain = replace(METRICS[name], name="plain", additive=None)
    found = bootstrap.rows_measures([METRICS[name], plain], answers, drawn)
    for one in found.values():
        np.testing.assert_allclose([one.low, one.high], np.quantile(slow, [0.025, 0.975]), atol=1e-12)
    assert found["plain"].value == found[name].value


def test_a_metric_that_is_no_formula_of_sums_moves_nobody_elses_interval():
    answers, drawn = rows_and_draws()
    facts = {"unit": FRACTION, "better": "lower", "group": "Skill", "label": "Median gap", "min_count": 30}
    median = Metric("median_gap", "classification", lambda label, score: float(np.median(np.abs(label - score))), **facts)
    alone = bootstrap.rows_measures([METRICS[name] for name in SUMMED], answers, drawn)
    found = bootstrap.rows_measures([*(METRICS[name] for name in SUMMED), median], answers, drawn)
    assert {name: found[name] for name in SUMMED} == alone
    assert found["median_gap"].low < found["median_gap"].value < found["median_gap"].high


def test_replicas_without_a_row_have_no_value():
    """Sessions may be without any row; a metric gathered on none of them is not asked, and too many such replicas give no interval."""
    rng = np.random.default_rng(8)
    answers = Answers((rng.random(60) < 0.5).astype(float), rng.random(60), np.full(60, 7), 30)
    plain = replace(METRICS["accuracy"], additive=None)
    values = bootstrap.gathered(plain, answers, bootstrap.replicas(30, 1.0, n_replicas=50, seed=1).index)
    assert np.isnan(values).any()
    assert set(values[np.isfinite(values)]) == {plain.of(answers.label, answers.score)}


def test_fewer_sessions_than_a_block_is_a_note():
    assert bootstrap.enough(100, 12.0) is None
    assert bootstrap.enough(25, 40.0).note == "not enough evidence: 25 of 40 sessions"
    assert bootstrap.enough(5, 1.0).note == "not enough evidence: 5 of 20 sessions"
    assert bootstrap.shared_block([np.zeros(50)], reach=7) == 7.0


def test_without_draws_there_is_a_value_and_no_interval():
    series = {"returns": np.random.default_rng(0).normal(0, 0.01, 30)}
    found = bootstrap.returns_measures([SHARPE], series, None, 252)["sharpe_annual"]
    assert found.value is not None
    assert found.low is None


def test_constant_series_have_a_block_of_one():
    assert block_sessions(np.full(100, 0.1)) == 1.0
    assert block_sessions(np.array([])) == 1.0
