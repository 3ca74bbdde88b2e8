"""ARIMA by symbol: it finds what is planted, forgets nothing, looks at nothing later, and is kept as plain numbers."""

from dataclasses import replace

import numpy as np
import pytest

from nightshift import models
from nightshift.errors import ConfigError, Damaged, TrainingFailed
from nightshift.models.family import Context
from nightshift.models.series import arma
from nightshift.nouns.panel import Panel, Rows, rows_of
from nightshift.storage import store

CONTEXT = Context("classification", seed=1)
AR = 0.6
ONE = {"order": [1, 0], "fit_sessions": 200}


def planted(coefficient: float = AR, *, task: str = "classification", horizon: int = 1, symbols: int = 4, sessions: int = 320) -> Panel:
    rng = np.random.default_rng(8)
    returns = 0.01 * rng.standard_normal((symbols, sessions + horizon))
    for t in range(1, sessions + horizon):
        returns[:, t] += coefficient * returns[:, t - 1]
    ahead = sum(returns[:, 1 + k : sessions + 1 + k] for k in range(horizon))
    label = (ahead > 0).astype(float) if task == "classification" else np.expm1(ahead)
    values = np.stack([rng.standard_normal((symbols, sessions)), returns[:, :sessions]], axis=2).astype(np.float32)
    axes = tuple(f"S{place}" for place in range(symbols)), np.datetime64("2024-01-01") + np.arange(sessions)
    return Panel(*axes, ("other", "log_return_1"), values, label, horizon)


def parts(panel: Panel) -> tuple[Rows, Rows, Rows]:
    return rows_of(panel, np.arange(200)), rows_of(panel, np.arange(202, 250)), rows_of(panel, np.arange(252, 320))


@pytest.fixture(scope="module")
def fitted() -> models.Fitted:
    train, validate, _ = parts(planted())
    return models.fit("arima", ONE, train, validate, CONTEXT)


def test_the_planted_coefficient_and_the_optimal_skill_are_found(fitted):
    assert [series.params[1] for series in fitted.native.series.values()] == pytest.approx([AR] * 4, abs=0.15)
    test = parts(planted())[2]
    today = test.panel.values[test.symbol, test.session, 1]
    agreement = ((fitted.predict(test) > 0.5) == (today > 0)).mean()  # the optimal rule: tomorrow as today
    assert agreement > 0.95


def test_forecasts_are_the_textbook_s_one_step_ahead(fitted):
    rows = parts(planted())[2]
    for place, (symbol, series) in enumerate(fitted.native.series.items()):
        const, ar, variance = series.params
        mine = rows.symbol == place
        today = rows.panel.values[place, rows.session[mine], 1].astype(float) / series.unit
        expected = arma_probability((const + ar * (today - const)) / np.sqrt(variance))
        np.testing.assert_allclose(fitted.predict(rows)[mine], expected, rtol=1e-6, err_msg=symbol)


def arma_probability(z: np.ndarray) -> np.ndarray:
    from scipy.stats import norm

    return norm.cdf(z)


def test_several_sessions_ahead_are_summed_with_their_shared_shocks():
    series = arma.Series(unit=1.0, mean=0.0, order=(1, 0), params=(0.0, 0.5, 1.0))
    mean, spread = arma.forecasts(series, np.array([0.3, -1.0, 2.0]), horizon=3)
    assert mean[-1] == pytest.approx(2.0 * (0.5 + 0.25 + 0.125))
    assert spread[-1] == pytest.approx(np.sqrt(1 + 1.5**2 + 1.75**2))


def test_a_missing_bar_is_a_missing_observation():
    series = arma.Series(unit=1.0, mean=0.0, order=(1, 0), params=(0.0, 0.5, 1.0))
    mean, spread = arma.forecasts(series, np.array([1.0, 2.0, np.nan]), horizon=1)
    assert mean[-1] == pytest.approx(0.25 * 2.0)
    assert spread[-1] == pytest.approx(np.sqrt(1.25))


def test_a_forecast_uses_nothing_after_its_row(fitted):
    rows = parts(planted())[2]
    early = Rows(rows.panel, rows.symbol[:8], rows.session[:8])
    values = rows.panel.values.copy()
    values[:, early.session.max() + 1 :] = 9.0
    changed = Rows(replace(rows.panel, values=values), early.symbol, early.session)
    np.testing.assert_array_equal(fitted.predict(early), fitted.predict(changed))
    np.testing.assert_array_equal(fitted.predict(early), fitted.predict(rows)[:8])


def test_only_training_rows_are_learned_from(fitted):
    train, validate, _ = parts(planted())
    values = train.panel.values.copy()
    values[:, 200:] *= -7.0
    other = replace(train.panel, values=values)
    again = models.fit("arima", ONE, replace(train, panel=other), replace(validate, panel=other), CONTEXT)
    assert again.native.series == fitted.native.series


def test_the_automatic_order_is_simple_where_there_is_nothing_to_find():
    train, validate, test = parts(planted(0.0, symbols=2))
    fitted = models.fit("arima", {"max_order": 1, "fit_sessions": 200}, train, validate, CONTEXT)
    assert all(series.order == (0, 0) for series in fitted.native.series.values())
    hits = (fitted.predict(test) > 0.5) == test.label
    assert abs(hits.mean() - 0.5) < 3.3 * 0.5 / np.sqrt(len(test))


def test_a_symbol_with_too_little_history_answers_with_its_mean_and_is_counted(caplog):
    panel = planted()
    values = panel.values.copy()
    values[1, :170] = np.nan
    train, validate, test = parts(replace(panel, values=values))
    fitted = models.fit("arima", ONE, train, validate, CONTEXT)
    assert fitted.native.fallbacks == fitted.history[0]["fallback_symbols"] == 1
    assert "1 of 4 symbols" in caplog.text
    assert len(set(fitted.predict(test)[test.symbol == 1])) == 1


def test_expected_returns_over_a_horizon_follow_the_outcome():
    panel = planted(0.8, task="regression", horizon=2)
    train, validate, test = parts(panel)
    fitted = models.fit("arima", ONE, train, validate, replace(CONTEXT, task="regression"))
    assert np.corrcoef(fitted.predict(test), test.label)[0, 1] > 0.5


def test_what_is_kept_is_json_and_answers_the_same(fitted, tmp_path):
    models.save(fitted, tmp_path)
    assert {file.suffix for file in tmp_path.rglob("*") if file.is_file()} == {".json"}
    test = parts(planted())[2]
    np.testing.assert_array_equal(models.load(tmp_path).predict(test), fitted.predict(test))


def test_other_facts_are_refused(tmp_path):
    store.write_json(tmp_path / "arima.json", {"task": "classification"})
    with pytest.raises(Damaged, match="parameters of an ARIMA"):
        models.FAMILIES["arima"].load(tmp_path)


def test_the_returns_must_be_there_as_they_are():
    train, validate, _ = parts(replace(planted(), names=("other", "something")))
    with pytest.raises(TrainingFailed, match="log_return_1"):
        models.fit("arima", ONE, train, validate, CONTEXT)
    with pytest.raises(ConfigError, match="scaling"):
        models.fit("arima", {"scaling": "standard"}, train, validate, CONTEXT)
