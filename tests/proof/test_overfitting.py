"""Sharpe ratios after doubt, against skfolio and purgedcv; SPA and the model confidence set against arch, draw for draw."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy.stats import rankdata

from nightshift.proof.evaluation.bootstrap import Replicas, replicas
from nightshift.proof.examination import overfitting, pbo, superiority
from nightshift.proof.examination.pbo import TrialMatrix

RNG = np.random.default_rng(7)
RETURNS = RNG.standard_t(5, 500) * 0.01 + 0.002


def days(n):
    return np.datetime64("2020-01-01") + np.arange(n)


def matrix(returns):
    return TrialMatrix(tuple(f"t{i}" for i in range(len(returns))), days(returns.shape[1]), returns)


def test_probabilistic_and_deflated_sharpe_agree_with_skfolio():
    from skfolio import measures

    trials = RNG.normal(0.03, 0.05, 40)
    assert overfitting.probabilistic_sharpe(RETURNS) == pytest.approx(measures.probabilistic_sharpe_ratio(RETURNS), abs=1e-3)
    mine = overfitting.deflated_sharpe(RETURNS, len(trials), float(trials.std(ddof=1)))
    assert mine == pytest.approx(measures.deflated_sharpe_ratio(RETURNS, trials), abs=2e-3)
    theirs = measures.expected_max_sharpe_ratio(40, 0.05)
    assert overfitting.expected_max_sharpe(40, 0.05) == pytest.approx(theirs, rel=1e-9)


def test_probabilistic_sharpe_and_track_record_agree_with_purgedcv():
    import purgedcv

    mine = overfitting.probabilistic_sharpe(RETURNS)
    assert mine == pytest.approx(purgedcv.probabilistic_sharpe_ratio(RETURNS, 0.0), abs=1e-3)
    centred = RETURNS - RETURNS.mean()
    skew, kurtosis = ((centred**k).mean() / (centred**2).mean() ** (k / 2) for k in (3, 4))
    theirs = purgedcv.min_track_record_length(float(overfitting.sharpe_a_session(RETURNS)), 0.0, 0.05, skew, kurtosis)
    assert overfitting.track_record_sessions(RETURNS) == pytest.approx(theirs, rel=5e-3)


def test_track_record_is_where_the_probability_reaches_the_confidence():
    needed = overfitting.track_record_sessions(RETURNS, confidence=overfitting.probabilistic_sharpe(RETURNS))
    assert needed == pytest.approx(len(RETURNS), abs=1e-6)
    assert overfitting.track_record_sessions(-np.abs(RETURNS)) == math.inf


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("blocks", [4, 8, 10])
def test_pbo_equals_purgedcv(seed, blocks):
    from purgedcv import probability_of_backtest_overfitting

    rng = np.random.default_rng(seed)
    returns = rng.normal(0, 0.01, (12, 203)) + rng.normal(0, 0.002, (12, 1))
    mine = pbo.backtest_overfitting(matrix(returns), blocks)
    theirs = probability_of_backtest_overfitting(returns, n_splits=blocks)
    assert mine.probability == pytest.approx(theirs.pbo, abs=1e-12)
    assert mine.slope == pytest.approx(theirs.slope, rel=1e-6)
    np.testing.assert_allclose(np.sort(mine.logits), np.sort(theirs.logits), atol=1e-9)


def test_pbo_tells_skill_from_noise():
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.01, (20, 500))
    skilled = noise.copy()
    skilled[3] += 0.003
    assert pbo.backtest_overfitting(matrix(skilled)).probability < 0.05
    mean = np.mean(
        [pbo.backtest_overfitting(matrix(np.random.default_rng(s).normal(0, 0.01, (20, 500))), 8).probability for s in range(12)]
    )
    assert 0.3 < mean < 0.7


def last_bit(returns, seed):
    """The same returns, added up in another order: nothing but the last bit differs."""
    return returns * (1.0 + np.random.default_rng(seed).choice([-1, 0, 1], (len(returns), 1)) * 2e-16)


def test_pbo_of_trials_that_are_one_is_undecided_and_does_not_turn_on_a_last_bit():
    one = RNG.normal(0.001, 0.01, 203)
    for seed in range(4):
        found = pbo.backtest_overfitting(matrix(last_bit(np.tile(one, (6, 1)), seed)), 8)
        assert (found.probability, set(found.logits)) == (0.0, {0.0})


@pytest.mark.parametrize("seed", range(3))
def test_pbo_with_ties_takes_their_mean_rank_whatever_their_order_and_last_bit(seed):
    rng = np.random.default_rng(seed)
    pairs = np.repeat(rng.normal(0, 0.01, (4, 203)), 2, axis=0)
    pairs[1, :100] = rng.normal(0, 0.01, 100)  # alike in the second half only
    plain = pbo.backtest_overfitting(matrix(pairs), 8)
    for order in (np.arange(8)[::-1], rng.permutation(8)):
        again = pbo.backtest_overfitting(matrix(last_bit(pairs[order], seed)), 8)
        assert again.probability == plain.probability
        np.testing.assert_allclose(again.logits, plain.logits, atol=1e-12)
        assert again.slope == pytest.approx(plain.slope)
    blocks = np.array_split(np.arange(203), 8)
    for held_out, logit in zip(combinations(range(8), 4), plain.logits, strict=True):
        inside, outside = (np.concatenate([blocks[b] for b in range(8) if (b in held_out) == side]) for side in (False, True))
        below, above = (np.round(pairs[:, at].mean(axis=1) / pairs[:, at].std(axis=1, ddof=1), 9) for at in (inside, outside))
        rank = rankdata(above)[below == below.max()].mean() / 9
        assert logit == pytest.approx(math.log(rank / (1 - rank)), abs=1e-9)


def test_a_transposed_matrix_is_refused():
    """purgedcv accepts it and answers 0.5 or so, whatever the truth."""
    returns = RNG.normal(0, 0.01, (8, 60))
    with pytest.raises(ValueError, match="transpose the matrix"):
        TrialMatrix(tuple("abcdefgh"), days(60), returns.T)
    with pytest.raises(ValueError, match="expected sessions as dates"):
        TrialMatrix(tuple(map(str, range(60))), np.arange(8), returns.T)
    with pytest.raises(ValueError, match="one row a trial"):
        TrialMatrix(("a",), days(60), returns)


def test_too_little_is_none_and_never_a_number():
    assert pbo.backtest_overfitting(matrix(RNG.normal(size=(1, 100)))) is None
    assert pbo.backtest_overfitting(matrix(RNG.normal(size=(5, 12)))) is None
    assert math.isnan(overfitting.probabilistic_sharpe(np.zeros(50)))
    assert math.isnan(overfitting.probabilistic_sharpe(np.array([0.1])))
    with pytest.raises(ValueError, match="count every trial"):
        overfitting.expected_max_sharpe(0, 0.1)


def test_more_trials_deflate_more():
    found = [overfitting.deflated_sharpe(RETURNS, n, 0.05) for n in (1, 5, 50, 500)]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(overfitting.probabilistic_sharpe(RETURNS))


def test_best_of_twenty_without_skill_passes_naive_gates_and_not_the_deflated_one():
    """The reason for the deflated Sharpe: a gate on the plain ratio lets the best of twenty coins through."""
    naive, deflated, runs = 0, 0, 60
    for seed in range(runs):
        trials = np.random.default_rng(seed).standard_t(5, (20, 1260)) * 0.01
        sharpes = overfitting.sharpe_a_session(trials)
        best = trials[sharpes.argmax()]
        naive += sharpes.max() * math.sqrt(252) > 0.5
        deflated += overfitting.deflated_sharpe(best, 20, float(sharpes.std(ddof=1))) >= 0.95
    assert naive / runs > 0.8
    assert deflated / runs < 0.05


def draws_of_arch(block, n, reps, seed):
    from arch.bootstrap import StationaryBootstrap

    bootstrap = StationaryBootstrap(block, np.zeros((n, 1)), seed=seed)
    return Replicas(np.array([bootstrap.index.copy() for _ in bootstrap.bootstrap(reps)], dtype=np.int32), float(block))


@pytest.mark.parametrize("edge", [-0.001, 0.0, 0.0008])
def test_spa_equals_arch_on_the_same_draws(edge):
    from arch.bootstrap import SPA

    rng = np.random.default_rng(3)
    benchmark, models = rng.normal(0, 0.01, 250), rng.normal(edge, 0.01, (250, 4))
    test = SPA(-benchmark, -models, block_size=5, reps=400, seed=11)
    test.compute()
    mine = superiority.superior_ability(benchmark, {str(k): models[:, k] for k in range(4)}, draws_of_arch(5, 250, 400, 11))
    assert mine == pytest.approx(float(test.pvalues["consistent"]), abs=1e-12)


def test_confidence_set_equals_arch_on_the_same_draws():
    from arch.bootstrap import MCS

    rng = np.random.default_rng(4)
    models = rng.normal(0, 0.01, (250, 5)) + np.array([0.002, 0.0015, 0, -0.001, -0.003])
    test = MCS(-models, size=0.1, reps=400, block_size=5, method="R", seed=12)
    test.compute()
    mine = superiority.confidence_set({str(k): models[:, k] for k in range(5)}, draws_of_arch(5, 250, 400, 12))
    for place in test.pvalues.index:
        assert mine[str(place)] == pytest.approx(float(test.pvalues.loc[place, "Pvalue"]), abs=1e-12)


def test_candidates_that_cannot_be_told_apart():
    drawn, same = replicas(100, 3.0), RNG.normal(0, 0.01, 100)
    assert superiority.confidence_set({"a": same, "b": same.copy()}, drawn) is None
    assert superiority.superior_ability(same, {"a": same.copy()}, drawn) is None
