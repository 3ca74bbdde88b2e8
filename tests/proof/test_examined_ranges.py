"""What a policy's limit on an examined number is held against: no formula leaves the range that is declared for it."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nightshift.proof.evaluation.bootstrap import replicas
from nightshift.proof.examination import EXAMINED, capacity, drift, overfitting, pbo, superiority
from nightshift.proof.examination.stress import STRESSES
from nightshift.proof.metrics import METRICS
from nightshift.proof.metrics.correlation import correlation

SESSIONS = 40
DAYS = np.datetime64("2024-01-01") + np.arange(SESSIONS)
DRAWN = replicas(SESSIONS, 3.0, n_replicas=50)
RETURNS = arrays(np.float64, SESSIONS, elements=st.floats(-0.9, 1.0)).map(lambda one: one.round(9))  # prices have no more digits
VALUES = arrays(np.float64, SESSIONS, elements=st.floats(-100, 100)).map(lambda one: one.round(6))


def _break_even(returns, turnover):
    traded = SimpleNamespace(
        gross_return_fraction=returns, turnover_fraction=np.abs(turnover) / 100 + 0.01, borrow_fraction=np.zeros(len(returns))
    )
    return capacity.break_even_bps(traded)


def _overfitting(first, second):
    found = pbo.backtest_overfitting(pbo.TrialMatrix(("a", "b"), DAYS, np.stack([first, second])))
    return found.probability if found else None


def _confidence(first, second):
    return max((superiority.confidence_set({"a": first, "b": second, "c": first[::-1]}, DRAWN) or {"": None}).values())


FORMULAS = {
    "probabilistic_sharpe": (overfitting.probabilistic_sharpe, RETURNS),
    "deflated_sharpe": (lambda returns: overfitting.deflated_sharpe(returns, 20, 0.1), RETURNS),
    "track_record_sessions": (overfitting.track_record_sessions, RETURNS),
    "probability_of_overfitting": (_overfitting, RETURNS, RETURNS),
    "spa_p_value": (lambda mine, theirs: superiority.superior_ability(theirs, {"mine": mine}, DRAWN), RETURNS, RETURNS),
    "model_confidence": (_confidence, RETURNS, RETURNS),
    "break_even_bps": (_break_even, RETURNS, VALUES),
    "drift_psi_max": (drift.population_stability, VALUES, VALUES),
    "drift_ks_max": (drift.ks_distance, VALUES, VALUES),
    "drift_mean_shift_max": (lambda before, now: abs(drift.mean_shift(before, now)), VALUES, VALUES),
    "importance_rank_correlation": (correlation, VALUES, VALUES),
}
COUNTED = {  # shares, counts, distances and a money of 0 or more
    "share_of_chance_beaten", "columns_changed_count", "capacity_capital", "worst_symbol_accuracy", "switch_repaid_sessions",
    "drift_wasserstein_max", "drift_columns_fraction", "drift_domain_auc",
}  # fmt: skip
UNBOUNDED = {"worst_window_sharpe_annual", "worst_weekday_sharpe_annual", "train_validation_gap"}
PATHS = {f"cpcv_sharpe_{percent}_percent" for percent in (5, 50, 95)}


@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_value_is_out_of_its_range(name, data):
    formula, *series = FORMULAS[name]
    value = formula(*(data.draw(one) for one in series))
    if value is not None and np.isfinite(value):
        assert EXAMINED[name].lowest - 1e-9 <= value <= EXAMINED[name].highest + 1e-9


def test_every_examined_number_is_held_to_a_range():
    """A stress has the range of the metric that it is measured by."""
    stressed = {f"{key}_{metric}": METRICS[metric] for key, metric in STRESSES.items() if f"{key}_{metric}" in EXAMINED}
    assert {*FORMULAS, *COUNTED, *UNBOUNDED, *PATHS, *stressed} == EXAMINED.keys()
    for name, metric in stressed.items():
        assert (EXAMINED[name].lowest, EXAMINED[name].highest) == (metric.lowest, metric.highest)
