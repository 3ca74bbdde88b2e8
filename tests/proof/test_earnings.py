"""Lines, months and falls of returns against the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.proof.examination import earnings
from nightshift.proof.metrics import risk

RETURNS = st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=60)


@settings(max_examples=40, deadline=None)
@given(returns=RETURNS)
def test_falls_and_drawdown_agree_with_the_slow_way(returns):
    peak, wealth, slow = 1.0, 1.0, []
    for one in returns:
        wealth *= 1 + one
        peak = max(peak, wealth)
        slow.append(wealth / peak - 1)
    assert risk.drawdown_fraction(np.array(returns)) == pytest.approx(slow, abs=1e-12)
    falls = earnings.worst_falls(tuple(f"s{i:03d}" for i in range(len(returns))), np.array(returns))
    assert (falls[0].depth if falls else 0.0) == pytest.approx(min(0.0, *slow), abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(returns=RETURNS)
def test_months_and_years_compound_to_the_whole(returns):
    days = tuple(str(d) for d in np.datetime64("2026-12-20") + np.arange(len(returns)))
    years = earnings.years(days, np.array(returns))
    whole = pytest.approx(np.prod(1 + np.array(returns)), rel=1e-6, abs=1e-9)
    assert np.prod([1 + value for year in years for value in year.months if value is not None]) == whole
    assert np.prod([1 + year.total for year in years]) == whole
    assert all(len(year.months) == 12 for year in years)


def test_rolling_sharpe_is_the_slow_one():
    returns = np.random.default_rng(1).normal(0, 0.01, 50)
    fast = earnings.rolling_sharpe(returns, 20, sessions_a_year=252)
    assert np.isnan(fast[:19]).all()
    slow = [returns[i - 19 : i + 1].mean() / returns[i - 19 : i + 1].std(ddof=1) * 252**0.5 for i in range(19, 50)]
    assert fast[19:] == pytest.approx(slow)
    assert np.isnan(earnings.rolling_sharpe(returns, 51, sessions_a_year=252)).all()


def test_a_distribution_counts_everyone_in_the_same_bins_and_names_a_tail_only_with_enough_sessions():
    rng = np.random.default_rng(2)
    many, few = rng.normal(0, 0.01, 100), rng.normal(0, 0.02, 40)
    found = earnings.distribution({"many": many, "few": few})
    assert all(sum(one.share) == pytest.approx(1.0) for one in found.of)
    assert found.of[0].var_95_fraction == pytest.approx(-np.quantile(many, 0.05))
    assert found.of[1].var_95_fraction is None
    assert (found.least, found.most) == (pytest.approx(min(many.min(), few.min())), pytest.approx(max(many.max(), few.max())))
    assert earnings.distribution({}).of == ()
