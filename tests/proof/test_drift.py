"""Drift is nothing where nothing moved, grows with the shift, and agrees with scipy where scipy has it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.proof.examination import drift

RNG = np.random.default_rng(11)
BEFORE = RNG.normal(size=4000)


def test_the_same_distribution_has_hardly_moved():
    now = RNG.normal(size=2000)
    assert drift.population_stability(BEFORE, now) < 0.03
    assert drift.ks_distance(BEFORE, now) < 0.06
    assert abs(drift.mean_shift(BEFORE, now)) < 0.1


def test_a_larger_shift_is_a_larger_number():
    found = [drift.population_stability(BEFORE, BEFORE + shift) for shift in (0.0, 0.3, 0.6, 1.2)]
    assert found == sorted(found)
    assert found[-1] > 0.25


def test_a_column_that_never_varied_is_no_crash():
    flat = np.ones(100)
    assert drift.population_stability(flat, flat) == 0.0
    assert drift.mean_shift(flat, flat + 1) == 0.0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40), st.lists(st.floats(-5, 5), min_size=2, max_size=40))
def test_the_distance_is_scipys(before, now):
    from scipy.stats import ks_2samp

    assert drift.ks_distance(np.array(before), np.array(now)) == pytest.approx(ks_2samp(before, now, method="asymp").statistic)
