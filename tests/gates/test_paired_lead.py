"""One lead: its size, its spread and its z, against what draws of the bootstrap say."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.gates.paired import lead
from nightshift.proof.evaluation.bootstrap import replicas
from nightshift.proof.metrics.trading import sharpe_annual

YEAR = {"sessions_a_year": 252}


def series(seed: int, n: int = 250, clustering: float = 0.0):
    rng = np.random.default_rng(seed)
    common, mine, theirs = rng.standard_t(5, (3, n)) * 0.008
    level = np.exp(clustering * np.cumsum(rng.normal(0, 0.2, n)))
    return (common + mine) * level + 0.001, (common + theirs) * level


@pytest.mark.parametrize("seed", range(4))
def test_the_lead_is_the_difference_of_the_sharpe_ratios(seed):
    ours, theirs = series(seed)
    sample = math.sqrt((len(ours) - 1) / len(ours))  # the metric divides by the sample deviation
    assert lead(ours, theirs, **YEAR).lead_annual == pytest.approx(
        float(sharpe_annual(ours, 252) - sharpe_annual(theirs, 252)) / sample, rel=0.02
    )


@pytest.mark.parametrize("seed", range(4))
def test_its_spread_is_that_of_bootstrap_draws(seed):
    ours, theirs = series(seed, n=400)
    drawn = replicas(400, block_sessions=3.0, n_replicas=4000, seed=seed)
    sharpe = [np.asarray(sharpe_annual(one[drawn.index], 252)) for one in (ours, theirs)]
    assert lead(ours, theirs, **YEAR).spread_annual == pytest.approx(float((sharpe[0] - sharpe[1]).std()), rel=0.2)


def test_neighbours_that_move_together_widen_the_spread():
    ours, cash = series(1)[0], np.zeros(250)
    weekly = np.repeat(ours[::5], 5)
    shuffled = np.random.default_rng(0).permutation(weekly)
    assert lead(weekly, cash, **YEAR).spread_annual > 1.5 * lead(shuffled, cash, **YEAR).spread_annual


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 1000), n=st.integers(3, 300), reach=st.integers(1, 10))
def test_what_is_ahead_seen_from_one_side_is_behind_seen_from_the_other(seed, n, reach):
    ours, theirs = series(seed, n)
    there, back = lead(ours, theirs, reach=reach, **YEAR), lead(theirs, ours, reach=reach, **YEAR)
    assert there.lead_annual == pytest.approx(-back.lead_annual)
    assert there.z == pytest.approx(-back.z)
    assert math.isfinite(there.z)


@pytest.mark.parametrize("gain", [0.0, 1e-6, -1e-6, 1e-9])
def test_ties_and_leads_of_a_millionth_have_no_z(gain):
    ours, _ = series(3)
    assert lead(ours + gain * np.sign(ours.mean()) * abs(ours.std()), ours, **YEAR).z == 0.0


def test_cash_is_a_value_and_not_a_lack_of_evidence():
    ours, _ = series(5)
    cash = np.zeros(len(ours))
    ahead = lead(ours, cash, **YEAR)
    assert ahead.z > 0
    assert lead(cash, -ours, **YEAR).lead_annual == pytest.approx(ahead.lead_annual)
    assert lead(cash, cash, **YEAR).z == 0.0


def test_a_margin_takes_its_part():
    ours, theirs = series(6)
    free, asked = lead(ours, theirs, **YEAR), lead(ours, theirs, margin_annual=1.0, **YEAR)
    assert asked.z < free.z
    assert asked.lead_annual == free.lead_annual


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_sessions_prove_nothing(n):
    assert lead(np.full(n, 0.01), np.zeros(n), **YEAR).z == 0.0
