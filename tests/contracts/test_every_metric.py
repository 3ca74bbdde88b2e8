"""What is promised of every metric, including the ones added tomorrow."""

import inspect
import json
import math
import subprocess
import sys
from dataclasses import asdict
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nightshift.proof.evaluation import bootstrap
from nightshift.proof.metrics import METRICS, measured
from nightshift.proof.metrics.every_metric import metric_of, metrics_of
from nightshift.proof.metrics.metric import Answers, Better, Group
from nightshift.proof.metrics.unit import Form
from nightshift.report.drawing.numbers import FORMATS

RNG = np.random.default_rng(11)
N = 400
LABEL = (RNG.random(N) < 0.55).astype(float)
SCORE = np.clip(0.5 + 0.15 * (LABEL - 0.5) + 0.2 * RNG.normal(size=N), 0.01, 0.99)
RETURN = RNG.normal(0, 0.02, N)
EXPECTED = 0.3 * RETURN + RNG.normal(0, 0.01, N)
SERIES = {"returns": RNG.normal(0.0005, 0.01, N), "turnover": RNG.random(N), "exposure": RNG.random(N)}
YEAR = {"sessions_a_year": 252}
SESSION = np.repeat(np.arange(80), 5)


def series_of(metric):
    if metric.needs != "rows":
        return (SERIES[metric.needs],)
    return (LABEL, SCORE) if metric.kind == "classification" else (RETURN, EXPECTED)


@pytest.fixture(params=sorted(METRICS))
def metric(request):
    return METRICS[request.param]


def test_is_named_once_and_says_all_that_a_reader_has_to_know(metric):
    assert METRICS[metric.name] is metric
    assert metric.unit.words
    assert metric.unit.form in FORMATS
    assert metric.label
    assert [one.label for one in METRICS.values()].count(metric.label) == 1
    assert metric.group in get_args(Group)
    assert metric.better in get_args(Better)
    assert metric.doc.endswith(".")
    assert metric.min_count > 0
    assert metric.kind in {"classification", "regression", "trading"}
    assert metric.tasks <= {"classification", "regression"}
    assert metric.tasks


def test_its_function_shows_its_sign_by_a_running_example(metric):
    told = inspect.getdoc(metric.compute)
    assert ">>>" in told, f"{metric.name} has no example"
    assert metric.compute.__name__ == metric.name


def test_measures_ordinary_series(metric):
    found = measured(metric, *series_of(metric), **YEAR)
    assert found.note == ""
    assert math.isfinite(found.value)


def test_the_better_side_is_the_better_side(metric):
    """Flawless predictions, or a rising market, never measure worse than their opposite."""
    if metric.needs in {"turnover", "exposure"}:
        return
    if metric.needs == "returns":
        good, bad = np.abs(SERIES["returns"]) * 1.5 + SERIES["returns"] * 0.1, SERIES["returns"] * 4 - 0.01
        pairs = (good,), (bad,)
    elif metric.kind == "classification":
        pairs = (LABEL, np.where(LABEL > 0, 0.9, 0.1)), (LABEL, np.where(LABEL > 0, 0.4, 0.9))
    else:
        pairs = (RETURN, RETURN * 0.9), (RETURN, -RETURN)
    better, worse = (metric.of(*pair, **YEAR) for pair in pairs)
    if math.isfinite(better) and math.isfinite(worse):
        assert {"higher": better >= worse, "lower": better <= worse, "neither": True}[metric.better]


@pytest.mark.parametrize("length", [0, 1, 5])
def test_too_little_evidence_is_a_note(metric, length):
    found = measured(metric, *(one[:length] for one in series_of(metric)), **YEAR)
    assert found.value is None
    assert found.note.startswith(f"not enough evidence: {length} of {metric.min_count}")


@pytest.mark.parametrize("constant", [0.0, 1.0, 0.01])
def test_a_constant_series_is_a_number_or_a_note_and_never_nan(metric, constant):
    found = measured(metric, *(np.full(N, constant) for _ in series_of(metric)), **YEAR)
    assert found.value is None or math.isfinite(found.value)
    assert (found.value is None) == found.note.startswith("not enough evidence")
    json.dumps(asdict(found), allow_nan=False)


def test_an_all_cash_strategy_has_no_return_metrics(metric):
    if metric.needs == "returns":
        found = measured(metric, np.zeros(N), **YEAR)
        assert found.value is None
        assert "0 of 400 sessions invested" in found.note


def test_a_series_with_a_hole_is_a_note(metric):
    broken = [one.copy() for one in series_of(metric)]
    broken[-1][7] = np.nan
    found = measured(metric, *broken, **YEAR)
    assert found.value is None
    assert f"{N - 1} of {N}" in found.note


def test_a_number_a_year_is_reckoned_with_a_year_that_was_named(metric):
    """A market that trades every day has 365 sessions: none of these may be reckoned with somebody else's year."""
    if not metric.annual:
        assert metric.options(sessions_a_year=365) == metric.options()
        return
    with pytest.raises(ValueError, match=f"expected the sessions of a year for {metric.name}; found none"):
        metric.of(*series_of(metric))
    assert metric.of(*series_of(metric), sessions_a_year=365) != metric.of(*series_of(metric), sessions_a_year=252)


def test_what_is_called_annual_is_reckoned_a_year(metric):
    a_year = "a_year" in metric.unit.words or "a year" in metric.unit.words
    assert metric.annual == a_year == ("annual" in metric.name or metric.name == "calmar")


def test_arguments_are_left_alone(metric):
    before = [one.copy() for one in series_of(metric)]
    measured(metric, *series_of(metric), **YEAR)
    for old, now in zip(before, series_of(metric), strict=True):
        np.testing.assert_array_equal(old, now)


def test_rows_may_come_in_any_order(metric):
    if metric.needs == "rows":
        order = np.random.default_rng(0).permutation(N)
        assert metric.of(*series_of(metric)) == pytest.approx(metric.of(*(one[order] for one in series_of(metric))), abs=1e-12)


def test_sums_over_sessions_give_the_same_number(metric):
    """The additive form that the bootstrap uses equals the plain formula (areas under curves: within a score bin)."""
    if metric.additive is None:
        return
    label, score = series_of(metric)
    sums = metric.additive.sums(Answers(label, score, SESSION, 80))
    tolerance = 5e-3 if metric.name in {"roc_auc", "pr_auc"} else 1e-12
    assert float(metric.additive.combine(sums.sum(axis=0))) == pytest.approx(metric.of(label, score), abs=tolerance)
    both = np.stack([sums.sum(axis=0), sums[:40].sum(axis=0)])
    assert metric.additive.combine(both).shape == (2,)


def test_returns_metrics_work_along_the_last_axis(metric):
    if metric.needs == "returns":
        many = np.stack([SERIES["returns"], SERIES["returns"][::-1] * 2])
        np.testing.assert_allclose(metric.compute(many, **metric.options(**YEAR)), [metric.of(one, **YEAR) for one in many], rtol=1e-12)


def test_has_an_interval_around_itself(metric):
    drawn = bootstrap.replicas(80, 3.0, n_replicas=300, seed=1)
    if metric.needs == "rows":
        found = bootstrap.rows_measures([metric], Answers(*series_of(metric), SESSION, 80), drawn)[metric.name]
    else:
        found = bootstrap.returns_measures([metric], {needs: one[:80] for needs, one in SERIES.items()}, drawn, 252)[metric.name]
    assert found.low < found.high
    if metric.name not in {"drawdown_max_fraction", "cvar_95_fraction"}:  # extremes shrink when sessions are drawn again
        assert found.low <= found.value <= found.high


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_numbers_give_a_number_or_a_note(data):
    metric = METRICS[data.draw(st.sampled_from(sorted(METRICS)))]
    size = data.draw(st.integers(metric.min_count, metric.min_count + 20))
    numbers = st.lists(st.floats(-0.9, 0.9), min_size=size, max_size=size)
    series = [np.array(data.draw(numbers)) for _ in series_of(metric)]
    if metric.kind == "classification":
        series = [(series[0] > 0).astype(float), np.abs(series[1])]
    found = measured(metric, *series, **YEAR)
    assert found.value is None or math.isfinite(found.value)


POSSIBLE = {  # by what a metric needs, and for rows by its task: lowest and highest of each series
    "classification": ((0, 1), (0, 1)), "regression": ((-0.9, 3), (-0.9, 3)),
    "returns": ((-1, 2),), "turnover": ((0, 10),), "exposure": ((0, 10),),
}  # fmt: skip


def drawn_series(data, metric, kind, size):
    spans = POSSIBLE[kind if metric.needs == "rows" else metric.needs]
    series = [data.draw(arrays(np.float64, size, elements=st.floats(low, high, allow_subnormal=False))) for low, high in spans]
    return [series[0].round(), *series[1:]] if kind == "classification" and metric.needs == "rows" else series


@pytest.mark.parametrize("name", sorted(METRICS))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_value_is_out_of_its_range(name, data):
    """What a policy's limit is held against: the range is declared with the metric, or comes with its unit."""
    for task in sorted(METRICS[name].tasks):
        metric = metric_of(name, task)
        assert metric.lowest < metric.highest
        value = measured(
            metric,
            *drawn_series(data, metric, metric.kind, data.draw(st.integers(metric.min_count, metric.min_count + 9))),
            sessions_a_year=252,
        ).value
        if value is not None:
            assert metric.lowest - 1e-9 <= value <= metric.highest + 1e-9


def test_a_metric_has_its_units_range_unless_it_says_another():
    assert (METRICS["accuracy"].lowest, METRICS["accuracy"].highest) == (0.0, 1.0)
    assert (METRICS["return_total_fraction"].lowest, METRICS["return_total_fraction"].highest) == (-1.0, math.inf)
    assert (METRICS["sharpe_annual"].lowest, METRICS["sharpe_annual"].highest) == (-math.inf, math.inf)
    assert metric_of("skill", "regression").lowest == -math.inf  # its skill is R²


def test_tasks_are_covered():
    assert {m.name for m in metrics_of("classification")} >= {"accuracy", "skill", "sharpe_annual"}
    assert {m.name for m in metrics_of("regression")} >= {"rmse", "skill", "sharpe_annual"}
    assert not {m.name for m in metrics_of("regression")} & {"accuracy", "log_loss"}


def test_every_form_of_a_unit_is_one_that_the_report_can_write():
    assert set(get_args(Form)) <= set(FORMATS)


def test_the_registry_imports_without_heavy_libraries():
    heavy = ["pandas", "scipy", "sklearn", "pyarrow", "arch", "matplotlib", "statsmodels", "xgboost", "lightgbm", "tensorflow"]
    asked = f"import sys, nightshift.proof; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "[]"
