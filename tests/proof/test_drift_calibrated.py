"""Drift against what learned sessions do among themselves: false alarms as often as said, real shifts found, the counts as they are."""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from nightshift.proof.examination import domain_drift, drift, resampled_drift, session_counts
from nightshift.proof.examination.false_discoveries import discovered

N_LEARNED, N_NOW, N_SYMBOLS = 600, 80, 6


def columns_of(seed, n_columns, persistence, shift=0.0):
    """Stationary columns of symbols that move together, each session like the one before; years lie between the two sides."""
    rng = np.random.default_rng(seed)
    n_sessions = N_LEARNED + 120 + N_NOW
    drawn = rng.normal(size=(n_columns, N_SYMBOLS, n_sessions)) * 0.8 + rng.normal(size=(n_columns, 1, n_sessions)) * 0.6
    out = np.empty_like(drawn)
    out[:, :, 0] = drawn[:, :, 0]
    for now in range(1, n_sessions):
        out[:, :, now] = persistence * out[:, :, now - 1] + np.sqrt(1 - persistence**2) * drawn[:, :, now]
    kept = np.concatenate([out[:, :, :N_LEARNED], out[:, :, -N_NOW:] + shift], axis=2)
    return kept.astype(np.float32)


def judged(values, seed=0):
    """p-values of the columns, and the false alarms that the learned stretches raise."""
    counted = session_counts.counted(values, N_LEARNED)
    null = resampled_drift.null_of(counted, N_NOW, seed)
    return null.p_values(resampled_drift.new_side(counted))[0], null.p_values(resampled_drift.stretches(counted, N_NOW)), null


@pytest.mark.parametrize(("persistence", "most"), [(0.0, 0.08), (0.8, 0.12)])
def test_stationary_columns_are_called_drift_as_often_as_it_is_said(persistence, most):
    """One in twenty, within what 200 columns can tell; what the learned stretches raise is what the new ones raise."""
    p_values, own, _ = judged(columns_of(1, 200, persistence))
    share, measured = (p_values <= 0.05).mean(), (own <= 0.05).mean()
    assert 0.01 <= share <= most
    assert abs(share - measured) < 0.06
    assert discovered(p_values, 0.05).mean() <= 0.02
    assert 0.35 < np.median(p_values) < 0.65


def test_independent_blocks_would_have_called_half_of_slow_columns_drift(monkeypatch):
    values = columns_of(2, 60, 0.9)
    monkeypatch.setattr(resampled_drift, "BLOCKS", (1.0,))
    naive, _, _ = judged(values)
    monkeypatch.undo()
    in_blocks, _, _ = judged(values)
    assert (naive <= 0.05).mean() > 0.4 > 0.2 > (in_blocks <= 0.05).mean()


def test_a_real_shift_is_found_among_columns_that_stand_still():
    values = columns_of(3, 60, 0.5)
    values[7, :, N_LEARNED:] += 0.8  # of level
    values[11, :, N_LEARNED:] *= 2.0  # of spread
    p_values, _, null = judged(values)
    assert set(np.flatnonzero(discovered(p_values, 0.05))) >= {7, 11}
    assert discovered(p_values, 0.05).sum() <= 4
    assert null.limits.shape == (60, 3)
    assert (null.limits > 0).all()


def test_the_same_seed_gives_the_same_answer():
    values = columns_of(4, 5, 0.5)
    np.testing.assert_array_equal(judged(values, seed=3)[0], judged(values, seed=3)[0])


def test_a_column_that_is_unknown_constant_or_of_few_values_is_no_crash():
    values = columns_of(5, 4, 0.0)
    values[0] = np.nan
    values[1] = 7.0
    values[2] = np.arange(values.shape[2]) % 5
    values[3, :, :200] = np.nan
    p_values, own, _ = judged(values)
    assert np.isfinite(p_values).all()
    assert np.isfinite(own).all()
    assert (p_values[:3] > 0.5).all()
    assert 0 <= domain_drift.separation(values, N_LEARNED).auc <= 1


def test_counts_are_those_of_a_patient_reader():
    values = columns_of(6, 2, 0.5)
    values[1, 2, 50:90] = np.nan
    counted = session_counts.counted(values, N_LEARNED)
    for column in range(2):
        learned = values[column, :, :N_LEARNED]
        edges = np.quantile(learned[np.isfinite(learned)], np.arange(1, 20) / 20).astype(np.float32)
        for session in (0, 60, N_LEARNED + 3):
            bins = [sum(value >= edge for edge in edges) for value in values[column, :, session] if np.isfinite(value)]
            expected = [bins.count(place) for place in range(20)]
            assert counted.counts[session, column].tolist() == expected


def test_distances_of_counts_are_close_to_those_of_the_values():
    values = columns_of(7, 3, 0.0, shift=0.5)
    counted = session_counts.counted(values, N_LEARNED)
    found = session_counts.distances(counted.counts[:N_LEARNED].sum(axis=0), counted.counts[N_LEARNED:].sum(axis=0), counted.widths)
    for column in range(3):
        before, now = values[column, :, :N_LEARNED].ravel().astype(float), values[column, :, N_LEARNED:].ravel().astype(float)
        assert found[column, 0] == pytest.approx(drift.population_stability(before, now), rel=0.02)
        assert found[column, 1] == pytest.approx(drift.ks_distance(before, now), abs=0.03)
        assert found[column, 2] == pytest.approx(drift.wasserstein(before, now), rel=0.08)


@pytest.mark.parametrize("seed", range(3))
def test_the_way_of_a_value_is_scipys(seed):
    rng = np.random.default_rng(seed)
    before, now = rng.normal(size=300).round(1), rng.normal(0.3, 2, 200).round(1)
    assert drift.wasserstein(before, now) == pytest.approx(wasserstein_distance(before, now) / before.std())
    assert drift.wasserstein(np.ones(5), np.zeros(5)) == 0.0


def test_false_discoveries_are_those_of_scipy():
    from scipy.stats import false_discovery_control

    rng = np.random.default_rng(0)
    for size in (1, 7, 40):
        p_values = np.concatenate([rng.random(size), rng.random(size // 3) * 0.01])
        np.testing.assert_array_equal(discovered(p_values, 0.05), false_discovery_control(p_values) <= 0.05)
    assert not discovered(np.array([np.nan, 1.0]), 0.05).any()
    assert discovered(np.array([]), 0.05).shape == (0,)


def test_new_rows_are_told_from_learned_ones_only_when_they_differ():
    still = [domain_drift.separation(columns_of(seed, 8, 0.8), N_LEARNED) for seed in range(8)]
    assert sum(one.p_value <= 0.05 for one in still) <= 2
    assert all(one.auc <= one.limit + 0.15 for one in still)
    values = columns_of(9, 8, 0.5)
    values[3, :, N_LEARNED:] += 1.5
    values[5, :, N_LEARNED:] *= 2.5
    moved = domain_drift.separation(values, N_LEARNED)
    assert moved.auc > 0.8 > moved.limit
    assert moved.p_value < 0.05
    assert moved == domain_drift.separation(values, N_LEARNED)
