"""Metrics against the libraries that everybody uses, on the same series; where they differ, the test says who is right and why."""

import math
import warnings

import numpy as np
import pytest

from nightshift.proof.metrics import METRICS, by_outcome, risk
from nightshift.proof.metrics import classification as c
from nightshift.proof.metrics import probabilities as p
from nightshift.proof.metrics import regression as r
from nightshift.proof.metrics import trading as t

RNG = np.random.default_rng(2)
LABEL = (RNG.random(500) < 0.4).astype(float)
SCORE = np.round(np.clip(RNG.normal(0.45 + 0.2 * LABEL, 0.2), 0.001, 0.999), 2)  # rounded: ties
RETURNS = RNG.standard_t(5, 600) * 0.01 + 0.0004
YEAR = {"sessions_a_year": 252}  # as the libraries below have it
TRUE, GUESS = RNG.normal(0, 0.02, 300), RNG.normal(0, 0.02, 300)


def test_classification_equals_scikit_learn():
    from sklearn import metrics as sk

    called = (SCORE > 0.5).astype(float)
    pairs = {
        c.accuracy: sk.accuracy_score(LABEL, called),
        c.precision: sk.precision_score(LABEL, called),
        c.recall: sk.recall_score(LABEL, called),
        c.f1: sk.f1_score(LABEL, called),
        by_outcome.down_accuracy: sk.recall_score(1 - LABEL, 1 - called),
        p.roc_auc: sk.roc_auc_score(LABEL, SCORE),
        p.pr_auc: sk.average_precision_score(LABEL, SCORE),
        p.log_loss: sk.log_loss(LABEL, SCORE),
        p.brier: sk.brier_score_loss(LABEL, SCORE),
    }
    for ours, theirs in pairs.items():
        assert ours(LABEL, SCORE) == pytest.approx(theirs, abs=1e-12), ours.__name__


def test_scikit_learn_calls_zero_what_is_not_known():
    """Without a call for up scikit-learn's precision is 0 (with a warning). It is not known, so ours is a note."""
    from sklearn.metrics import precision_score

    never = np.full(500, 0.1)
    assert precision_score(LABEL, never > 0.5, zero_division=0.0) == 0.0
    assert math.isnan(c.precision(LABEL, never))


def test_regression_equals_scikit_learn_and_scipy():
    from scipy.stats import spearmanr
    from sklearn import metrics as sk

    assert r.rmse(TRUE, GUESS) == pytest.approx(sk.root_mean_squared_error(TRUE, GUESS))
    assert r.mae(TRUE, GUESS) == pytest.approx(sk.mean_absolute_error(TRUE, GUESS))
    assert r.r2(TRUE, GUESS) == pytest.approx(sk.r2_score(TRUE, GUESS))
    assert r.mape(TRUE, GUESS) == pytest.approx(sk.mean_absolute_percentage_error(TRUE, GUESS))
    tied_true, tied_guess = np.round(TRUE, 2), np.round(GUESS, 2)
    assert r.information_coefficient(tied_true, tied_guess) == pytest.approx(spearmanr(tied_true, tied_guess).statistic)


def test_a_label_of_zero_does_not_explode_mape():
    """scikit-learn divides by 2e-16 where the label is 0; a session that did not move has no percentage error: it is left out."""
    from sklearn.metrics import mean_absolute_percentage_error

    label, score = np.array([0.0, 0.02]), np.array([0.01, 0.01])
    assert mean_absolute_percentage_error(label, score) > 1e10
    assert r.mape(label, score) == pytest.approx(0.5)


def test_trading_equals_empyrical():
    import empyrical

    pairs = {
        t.sharpe_annual: empyrical.sharpe_ratio(RETURNS),
        t.sortino_annual: empyrical.sortino_ratio(RETURNS),
        t.calmar: empyrical.calmar_ratio(RETURNS),
        risk.drawdown_max_fraction: -empyrical.max_drawdown(RETURNS),
        t.return_total_fraction: empyrical.cum_returns_final(RETURNS),
        t.return_annual_fraction: empyrical.annual_return(RETURNS),
        risk.volatility_annual_fraction: empyrical.annual_volatility(RETURNS),
        risk.var_95_fraction: -empyrical.value_at_risk(RETURNS),
    }
    for ours, theirs in pairs.items():
        assert METRICS[ours.__name__].of(RETURNS, **YEAR) == pytest.approx(float(theirs), rel=1e-9), ours.__name__


def test_trading_equals_quantstats():
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import quantstats.stats as qs

        series = pd.Series(RETURNS, index=pd.bdate_range("2020-01-01", periods=len(RETURNS)))
        theirs = {
            t.sharpe_annual: qs.sharpe(series),
            t.sortino_annual: qs.sortino(series),
            risk.drawdown_max_fraction: -qs.max_drawdown(series),
            t.win_rate: qs.win_rate(series),
            t.profit_factor: qs.profit_factor(series),
            risk.volatility_annual_fraction: qs.volatility(series),
        }
    for ours, value in theirs.items():
        assert METRICS[ours.__name__].of(RETURNS, **YEAR) == pytest.approx(float(value), rel=1e-9), ours.__name__


def test_the_tail_that_empyrical_rounds_down():
    """empyrical takes the worst int(0.05 × (n − 1)) + 1 sessions, ours those at or beyond the quantile: within one session's weight."""
    import empyrical

    ours, theirs = float(risk.cvar_95_fraction(RETURNS)), -empyrical.conditional_value_at_risk(RETURNS)
    worst = np.sort(RETURNS)[: int(0.05 * (len(RETURNS) - 1)) + 1]
    assert theirs == pytest.approx(-worst.mean())
    assert ours == pytest.approx(theirs, rel=0.05)


def test_a_loss_in_the_first_session_is_a_drawdown():
    """The start counts as a peak; a curve that begins after the first return (pyfolio's habit) would show none."""
    assert float(risk.drawdown_max_fraction(np.array([-0.5, 0.1]))) == pytest.approx(0.5)


def slow_drawdown(returns):
    worth, peak, worst = 1.0, 1.0, 0.0
    for one in returns:
        worth *= 1 + one
        peak = max(peak, worth)
        worst = max(worst, (peak - worth) / peak)
    return worst


def slow_auc(label, score):
    pairs = [(p > n) + 0.5 * (p == n) for p in score[label > 0] for n in score[label == 0]]
    return sum(pairs) / len(pairs)


def slow_sortino(returns):
    below = [min(x, 0) ** 2 for x in returns]
    return sum(returns) / len(returns) / math.sqrt(sum(below) / len(below)) * math.sqrt(252)


def slow_average_precision(label, score):
    total, seen, hits, before = 0.0, 0, 0, 0.0
    for level in sorted(set(score), reverse=True):
        here = label[score == level]
        seen, hits = seen + len(here), hits + here.sum()
        total += (hits / label.sum() - before) * hits / seen
        before = hits / label.sum()
    return total


def test_slow_twins():
    assert float(risk.drawdown_max_fraction(RETURNS)) == pytest.approx(slow_drawdown(RETURNS), abs=1e-14)
    assert float(t.sortino_annual(RETURNS, **YEAR)) == pytest.approx(slow_sortino(RETURNS))
    assert p.roc_auc(LABEL, SCORE) == pytest.approx(slow_auc(LABEL, SCORE), abs=1e-13)
    assert p.pr_auc(LABEL, SCORE) == pytest.approx(slow_average_precision(LABEL, SCORE), abs=1e-13)


def test_signs():
    falling = -np.abs(RETURNS)
    assert float(t.sharpe_annual(falling, **YEAR)) < 0 < float(t.sharpe_annual(np.abs(RETURNS), **YEAR))
    assert float(t.sortino_annual(falling, **YEAR)) < 0
    assert float(risk.drawdown_max_fraction(falling)) > 0
    assert 0 <= float(risk.drawdown_max_fraction(np.full(50, -0.9))) <= 1
    assert float(risk.var_95_fraction(falling)) > 0
    assert r.information_coefficient(TRUE, -TRUE) == pytest.approx(-1)
    assert METRICS["drawdown_max_fraction"].higher_is_better is False


def test_calibration_error_of_a_calibrated_coin_is_small():
    rng = np.random.default_rng(0)
    score = rng.random(20_000)
    label = (rng.random(20_000) < score).astype(float)
    assert p.calibration_error(label, score) < 0.02 < 0.2 < p.calibration_error(label, 1 - score)
    assert p.confident_accuracy(label, score) > c.accuracy(label, score)
