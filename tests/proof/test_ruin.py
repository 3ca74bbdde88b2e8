"""A book that loses everything has lost everything: −100 % in that session, and nothing is traded or earned afterwards."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation import held, reference, swift
from nightshift.proof.evaluation.backtest import backtest, follow
from nightshift.proof.evaluation.targets import STYLES, targets
from nightshift.proof.examination import capacity, earnings, overfitting
from nightshift.proof.metrics import METRICS, measured, risk, trading

_SPEC = importlib.util.spec_from_file_location("slow_market", Path(__file__).with_name("slow_market.py"))
slow_market = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(slow_market)

FREE = Costs(commission_bps=0, slippage_bps=0)
SHORT = FREE.model_copy(update={"style": "long_short"})


def bars_of(opened, close):
    opened, close = np.atleast_2d(np.array(opened, float)), np.atleast_2d(np.array(close, float))
    sessions = np.datetime64("2024-01-01") + np.arange(close.shape[1])
    return Bars(tuple("ABCDEFGHIJ"[: len(close)]), sessions, opened, close, close, close, np.full(close.shape, 1e6))


def shorted_then_times(factor, overnight):
    """A symbol that is sold short at 10, jumps by a factor overnight or in the session, and halves afterwards."""
    opened = [10, 10, 10 * factor if overnight else 10, 10 * factor, 5 * factor]
    close = [10, 10, 10 * factor, 5 * factor, 5 * factor]
    return bars_of(opened, close)


@pytest.mark.parametrize("limited", [False, True], ids=["swift", "held"])
@pytest.mark.parametrize("overnight", [True, False])
@pytest.mark.parametrize("factor", [2.0, 3.0, 4.0, 1000.0])
def test_a_short_that_ruins_the_book_ends_it(factor, overnight, limited):
    """At three times the price the book was NaN, at four times −150 % and then +37.5 % on negative equity."""
    bars = shorted_then_times(factor, overnight)
    costs = SHORT.model_copy(update={"limit_move_fraction": 1e9}) if limited else SHORT
    wanted = np.full(bars.shape, -1.0)
    result = follow(bars, wanted, costs.model_copy(update={"max_leverage": 1.0}), keep_weights=limited)
    np.testing.assert_array_equal(result.net_return_fraction, [0, 0, -1, 0, 0])
    np.testing.assert_array_equal(result.gross_return_fraction, [0, 0, -1, 0, 0])
    np.testing.assert_array_equal(result.exposure_fraction, [0, 1, 0, 0, 0])
    assert not result.turnover_fraction[3:].any()
    assert not result.cost_fraction[3:].any()
    assert result.contribution_fraction.sum() == pytest.approx(-1.0)
    assert result.total_return_fraction == -1.0


def test_half_a_book_short_survives_twice_the_price_and_not_three_times():
    for factor, expected in ((2.0, -0.5), (3.0, -1.0), (4.0, -1.0)):
        found = backtest(shorted_then_times(factor, True), np.full((1, 5), 0.1), SHORT)
        assert found.net_return_fraction[2] == pytest.approx(expected)


def test_a_cost_of_more_than_everything_is_ruin_and_no_debt():
    bars, dear = bars_of([10] * 5, [10] * 5), Costs(commission_bps=15_000, slippage_bps=0)
    for result in (backtest(bars, np.full((1, 5), 0.9), dear), reference.buy_and_hold(bars, dear)):
        np.testing.assert_array_equal(result.net_return_fraction, [0, -1, 0, 0, 0])
        np.testing.assert_array_equal(result.exposure_fraction, np.zeros(5))
        np.testing.assert_array_equal(result.turnover_fraction, [0, 1, 0, 0, 0])
        assert result.contribution_fraction.sum() == pytest.approx(-1.0)


def test_dearer_trades_may_ruin_what_free_ones_did_not():
    bars = bars_of([10] * 5, [10] * 5)
    traded = backtest(bars, np.array([[0.9, 0.1, 0.9, 0.1, 0.9]]), FREE)
    np.testing.assert_array_equal(capacity.at_cost(traded, 12_000.0), [0, -1, 0, 0, 0])


moves = st.floats(-3.0, 3.0).map(lambda power: 10.0**power)


@settings(max_examples=120, deadline=None)
@given(
    data=st.data(), n_symbols=st.integers(1, 4), n_sessions=st.integers(2, 12), style=st.sampled_from([*sorted(STYLES), "any"]),
    leverage=st.sampled_from([0.5, 1.0, 3.0, 10.0]), bps=st.sampled_from([0.0, 3.0, 500.0, 12_000.0]),
    limit=st.sampled_from([None, 0.1]), borrow=st.sampled_from([0.0, 1e6]), cap=st.sampled_from([None, 0.01]), holes=st.booleans(),
)  # fmt: skip
def test_no_market_and_no_score_makes_equity_negative_or_nan(data, n_symbols, n_sessions, style, leverage, bps, limit, borrow, cap, holes):
    size = n_symbols * n_sessions
    overnight, intraday = (
        np.array(data.draw(st.lists(moves, min_size=size, max_size=size))).reshape(n_symbols, n_sessions) for _ in range(2)
    )
    score = np.array(data.draw(st.lists(st.floats(0, 1), min_size=size, max_size=size))).reshape(n_symbols, n_sessions)
    close = 10.0 * np.cumprod(overnight * intraday, axis=1)
    opened = close / intraday
    bars = bars_of(opened, close)
    if holes:
        away = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size))).reshape(n_symbols, n_sessions)
        bars = replace(bars, **{name: np.where(away, np.nan, getattr(bars, name)) for name in ("open", "high", "low", "close", "volume")})
    costs = Costs(
        style="long_flat" if style == "any" else style, max_leverage=leverage, commission_bps=bps, slippage_bps=0,
        limit_move_fraction=limit, max_volume_fraction=cap, top_k=2, holding_sessions=2, borrow_bps_annual=borrow,
    )  # fmt: skip
    wanted = 2.0 * leverage * (2.0 * score - 1.0) / n_symbols if style == "any" else targets(score, costs)
    result = follow(bars, wanted, costs)
    for name in held.SERIES:
        assert np.isfinite(getattr(result, name)).all(), name
    assert np.isfinite(result.contribution_fraction).all()
    assert (result.net_return_fraction >= -1.0).all()
    ruined = np.flatnonzero(result.net_return_fraction == -1.0)
    if len(ruined):
        for name in held.SERIES:
            assert not getattr(result, name)[ruined[0] + 1 :].any(), name
    if (fast := swift.path(bars, wanted, costs)) is not None and limit is None and cap is None:
        general = held.path(bars, wanted, costs)
        np.testing.assert_allclose(fast.net_return_fraction, general.net_return_fraction, rtol=1e-6, atol=1e-9)
    for metric in METRICS.values():
        if metric.needs == "returns":
            found = measured(replace(metric, min_count=1), result.net_return_fraction, sessions_a_year=252)
            assert found.value is None or np.isfinite(found.value)


RUINED = np.array([0.01, 0.02, -1.0, *[0.0] * 97])
BEYOND = np.array([0.01, 0.02, -1.5, 0.375, *[0.01] * 96])  # what an account in debt would go on to "earn"


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.needs == "returns"])
def test_every_metric_of_returns_ends_at_ruin(name):
    metric = METRICS[name]
    assert measured(metric, BEYOND, sessions_a_year=252) == measured(metric, RUINED, sessions_a_year=252)
    both = np.stack([BEYOND, np.full(100, 0.01) * np.tile([1, -1], 50)])
    np.testing.assert_allclose(
        metric.compute(both, **metric.options(sessions_a_year=252))[0], metric.of(RUINED, sessions_a_year=252), rtol=1e-12
    )


def test_what_a_ruined_book_measures():
    assert risk.drawdown_max_fraction(BEYOND) == 1.0
    assert trading.return_total_fraction(BEYOND) == -1.0
    assert trading.return_annual_fraction(BEYOND, 252) == -1.0
    assert trading.calmar(BEYOND, 252) == -1.0
    assert trading.sharpe_annual(BEYOND, 252) == trading.sharpe_annual(RUINED, 252) < 0
    assert not risk.equity(BEYOND)[2:].any()
    assert (risk.drawdown_fraction(BEYOND)[2:] == -1.0).all()


def test_what_else_reads_returns_ends_at_ruin():
    assert overfitting.probabilistic_sharpe(BEYOND) == overfitting.probabilistic_sharpe(RUINED)
    [year] = earnings.years(tuple(f"2024-01-{day:02d}" for day in range(1, 31)), BEYOND[:30])
    assert year.total == -1.0
    assert earnings.worst_falls(tuple(map(str, range(100))), BEYOND)[0].depth == -1.0


@pytest.mark.parametrize("overnight", [True, False])
@pytest.mark.parametrize("factor", [1.5, 2.9, 3.0, 4.0])
def test_the_slow_twin_ends_there_too(factor, overnight):
    bars = shorted_then_times(factor, overnight)
    wanted = np.full(bars.shape, -0.5)
    costs = Costs(commission_bps=10, slippage_bps=5, borrow_bps_annual=300)
    series, added = slow_market.walk(bars, wanted, costs)
    result = follow(bars, wanted, costs)
    for name, expected in zip(held.SERIES, series, strict=True):
        np.testing.assert_allclose(getattr(result, name), expected, rtol=0, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(result.contribution_fraction, added, rtol=0, atol=1e-12)
