"""What the backtest's accounting promises, on markets small enough to follow by hand."""

from dataclasses import replace

import numpy as np
import pytest

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation import reference
from nightshift.proof.evaluation.backtest import backtest, each_symbol, follow
from nightshift.proof.evaluation.targets import STYLES, targets
from nightshift.proof.examination import capacity

FREE = Costs(commission_bps=0, slippage_bps=0)
N = np.nan


def bars_of(opened, close, volume=None):
    opened, close = np.atleast_2d(np.array(opened, float)), np.atleast_2d(np.array(close, float))
    volume = np.full(close.shape, 1e9) if volume is None else np.atleast_2d(np.array(volume, float))
    sessions = np.datetime64("2024-01-01") + np.arange(close.shape[1])
    return Bars(tuple("ABCDEFGHIJ"[: len(close)]), sessions, opened, close, close, close, volume)


def test_nothing_is_earned_on_the_close_that_was_decided_on():
    """The score of session 1 must not earn session 1's rise, nor the gap before its fill."""
    bars = bars_of([100, 100, 130, 130], [100, 120, 130, 143])
    result = backtest(bars, np.array([[0.0, 0.9, 0.0, 0.0]]), FREE)
    np.testing.assert_allclose(result.net_return_fraction, [0, 0, 0.0, 0.0])  # bought at 130, sold at 130
    late = backtest(bars, np.array([[0.0, 0.9, 0.9, 0.9]]), FREE)
    np.testing.assert_allclose(late.net_return_fraction, [0, 0, 0.0, 0.1])


def test_a_score_changes_nothing_before_the_next_open():
    rng = np.random.default_rng(0)
    close = 50 + rng.random((3, 30))
    bars, score = bars_of(close, close + 0.1), rng.random((3, 30))
    other = score.copy()
    other[:, 20] = 1 - other[:, 20]
    before, after = (backtest(bars, one, Costs()).net_return_fraction for one in (score, other))
    np.testing.assert_array_equal(before[:21], after[:21])
    assert (before[21:] != after[21:]).any()


def test_cost_is_charged_on_entry_and_on_exit():
    bars = bars_of([100] * 4, [100] * 4)
    result = backtest(bars, np.array([[0.9, 0.1, 0.1, 0.1]]), Costs(commission_bps=30, slippage_bps=70))
    np.testing.assert_allclose(result.cost_fraction, [0, 0.01, 0.01, 0])
    np.testing.assert_allclose(result.turnover_fraction, [0, 1, 1, 0])
    assert result.total_return_fraction == pytest.approx(0.99**2 - 1)


def test_a_short_is_borrowed_by_the_night_and_a_weekend_has_three():
    bars = replace(
        bars_of([100] * 4, [100] * 4), sessions=np.array(["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"], "datetime64[D]")
    )
    lent = FREE.model_copy(update={"style": "long_short", "borrow_bps_annual": 3650.0})  # ten basis points a night
    short, long = (backtest(bars, np.full((1, 4), score), lent) for score in (0.1, 0.9))
    np.testing.assert_allclose(short.borrow_fraction, [0, 0, 0.5 * 0.003, 0.5 * 0.001])
    np.testing.assert_allclose(short.cost_fraction, short.borrow_fraction)
    np.testing.assert_allclose(short.net_return_fraction, -short.borrow_fraction)
    np.testing.assert_allclose(short.contribution_fraction, [-0.002])
    assert not short.gross_return_fraction.any()
    assert not long.borrow_fraction.any()


def test_a_short_of_a_year_costs_its_annual_rate():
    n_sessions = 366
    bars = bars_of([100] * n_sessions, [100] * n_sessions)
    lent = FREE.model_copy(update={"style": "long_short", "borrow_bps_annual": 200.0})
    assert backtest(bars, np.full((1, n_sessions), 0.1), lent).cost_fraction.sum() == pytest.approx(0.5 * 0.02 * 364 / 365, rel=1e-3)


def test_more_cost_never_earns_more():
    rng = np.random.default_rng(1)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (4, 60)), axis=1))
    bars, score = bars_of(close * 1.001, close), rng.random((4, 60))
    totals = [backtest(bars, score, Costs(commission_bps=bps, slippage_bps=0)).total_return_fraction for bps in (0, 1, 5, 20, 100)]
    assert totals == sorted(totals, reverse=True)
    assert len(set(totals)) == len(totals)


def test_a_suspended_symbol_is_carried_and_sold_when_it_trades_again():
    bars = bars_of([[10, 10, N, 20, 20]], [[10, 10, N, 20, 20]])
    result = backtest(bars, np.array([[0.9, 0.1, N, 0.1, 0.1]]), FREE)
    np.testing.assert_allclose(result.net_return_fraction, [0, 0, 0, 1.0, 0])  # the gap is suffered, then sold at 20
    np.testing.assert_allclose(result.exposure_fraction, [0, 1, 1, 0, 0])


LIMITED = FREE.model_copy(update={"limit_move_fraction": 0.1})


@pytest.mark.parametrize(
    ("third", "style", "wishes", "turnover"),
    [
        (12, "long_flat", [0.1, 0.9, 0.9, 0.9], [0, 0, 0, 1]),  # limit-up: nobody sells to a buyer
        (12, "long_flat", [0.9, 0.1, 0.1, 0.1], [0, 1, 1, 0]),  # and everybody buys what is sold
        (8, "long_flat", [0.9, 0.1, 0.1, 0.1], [0, 1, 0, 1]),  # limit-down: nobody buys from a seller
        (8, "long_flat", [0.1, 0.9, 0.9, 0.9], [0, 0, 1, 0]),
        (12, "long_short", [0.1, 0.9, 0.9, 0.9], [0, 0.5, 0, 0.6 / 0.9 + 0.5]),  # a short cannot be bought back at limit-up
        (8, "long_short", [0.1, 0.9, 0.9, 0.9], [0, 0.5, 0.4 / 1.1 + 0.5, None]),  # and can be at limit-down
    ],
)
def test_a_limit_up_open_blocks_buying_and_a_limit_down_open_selling(third, style, wishes, turnover):
    bars = bars_of([10, 10, third, third], [10, 10, third, third])
    found = backtest(bars, np.array([wishes]), LIMITED.model_copy(update={"style": style})).turnover_fraction
    for session, expected in enumerate(turnover):
        assert expected is None or found[session] == pytest.approx(expected), session
    assert backtest(bars, np.array([[0.1, 0.9, 0.9, 0.9]]), FREE).turnover_fraction[2] == 1


def test_a_move_beyond_its_limit_by_rounding_is_at_the_limit():
    bars = bars_of([10, 10, 11, 11], [10, 10, 11, 11])
    np.testing.assert_allclose(backtest(bars, np.array([[0.1, 0.9, 0.9, 0.9]]), LIMITED).turnover_fraction, [0, 0, 0, 1])


def test_a_volume_cap_spreads_a_trade_over_sessions():
    bars = bars_of([10] * 6, [10] * 6, volume=[1000] * 6)
    costs = FREE.model_copy(update={"max_volume_fraction": 0.1, "initial_capital": 3000.0})  # 1 000 of 3 000 a session
    result = backtest(bars, np.full((1, 6), 0.9), costs)
    np.testing.assert_allclose(result.exposure_fraction, [0, 1 / 3, 2 / 3, 1, 1, 1])


def test_a_delisted_symbol_is_sold_at_its_last_close_with_costs():
    bars = bars_of([[10, 10, 10, N, N], [10] * 5], [[10, 10, 12, N, N], [10] * 5])
    costs = Costs(commission_bps=100, slippage_bps=0)
    result = backtest(bars, np.array([[0.9, 0.9, 0.9, N, N], [0.1] * 5]), costs)
    np.testing.assert_allclose(result.net_return_fraction, [0, -0.01, 1.2 * 0.99 - 1, 0, 0])
    np.testing.assert_allclose(result.exposure_fraction, [0, 1, 0, 0, 0])
    assert result.contribution_fraction.sum() == pytest.approx(result.net_return_fraction.sum())


def test_position_and_leverage_limits_are_kept():
    rng = np.random.default_rng(2)
    score = rng.random((5, 50))
    for style in STYLES:
        costs = Costs(style=style, max_position_fraction=0.15, max_leverage=0.6, top_k=3, holding_sessions=2)
        wanted = targets(score, costs)
        assert np.abs(wanted).max() <= 0.15 + 1e-12
        assert np.abs(wanted).sum(axis=0).max() <= 0.6 + 1e-12


def test_leverage_is_kept_when_a_symbol_is_stuck():
    """A cannot be sold on session 2: what is bought of B has to leave room for it."""
    bars = bars_of([[10, 10, N, 10], [10, 10, 10, 10]], [[10, 10, N, 10], [10, 10, 10, 10]])
    result = backtest(bars, np.array([[0.9, 0.1, 0.1, 0.1], [0.1, 0.9, 0.9, 0.9]]), FREE)
    np.testing.assert_allclose(result.exposure_fraction, [0, 1, 1, 1])
    np.testing.assert_allclose(result.turnover_fraction, [0, 1, 0, 2])


def test_styles():
    score = np.array([[0.9, 0.4], [0.6, 0.4], [0.2, 0.8]])
    np.testing.assert_allclose(targets(score, Costs(style="long_short")), [[0.25, -0.25], [0.25, -0.25], [-0.5, 0.5]])
    np.testing.assert_allclose(targets(score, Costs(style="top_k", top_k=2)), [[0.5, 0.5], [0.5, 0], [0, 0.5]])
    np.testing.assert_allclose(targets(score, Costs(style="event", holding_sessions=2)), [[0.5, 1 / 3], [0.5, 1 / 3], [0, 1 / 3]])
    returns = np.array([[0.01], [-0.02]])
    np.testing.assert_allclose(targets(returns, Costs(style="long_short"), "regression"), [[0.5], [-0.5]])
    np.testing.assert_allclose(targets(returns, Costs(), "regression"), [[1.0], [0.0]])


def test_top_k_ties_go_to_the_first_symbol_and_missing_scores_to_cash():
    score = np.array([[0.5, N], [0.5, 0.1], [0.5, N]])
    np.testing.assert_allclose(targets(score, Costs(style="top_k", top_k=2)), [[0.5, 0], [0.5, 0.5], [0, 0]])


def test_contributions_add_up_to_the_net_returns():
    rng = np.random.default_rng(3)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (6, 80)), axis=1))
    bars, score = bars_of(close * 1.002, close), rng.random((6, 80))
    result = backtest(bars, score, Costs(style="long_short"))
    assert result.contribution_fraction.sum() == pytest.approx(result.net_return_fraction.sum(), abs=1e-12)


def test_each_symbol_is_an_account_of_its_own():
    rng = np.random.default_rng(4)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (3, 40)), axis=1))
    bars, score = bars_of(close, close * 1.001), rng.random((3, 40))
    alone = each_symbol(bars, score, Costs())
    one = backtest(bars.of(("B",)), score[1:2], Costs())
    np.testing.assert_array_equal(alone[1].net_return_fraction, one.net_return_fraction)


def test_references():
    bars = bars_of([[10, 10, 10], [20, 20, 20]], [[10, 11, 12], [20, 20, 18]])
    hold = reference.buy_and_hold(bars, Costs(commission_bps=100, slippage_bps=0))
    assert hold.total_return_fraction == pytest.approx(0.99 * (0.5 * 1.2 + 0.5 * 0.9) - 1)
    assert not reference.cash(bars).net_return_fraction.any()
    nobody = bars_of([[N, N, N]], [[N, N, N]])
    assert reference.buy_and_hold(nobody, Costs()) is None
    assert backtest(nobody, np.full((1, 3), 0.9), Costs()).total_return_fraction == 0


def test_chance_trades_as_much_and_knows_nothing():
    rng = np.random.default_rng(5)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (10, 250)), axis=1))
    bars = bars_of(np.hstack([close[:, :1], close[:, :-1]]), close)
    score = np.hstack([close[:, 1:] / close[:, :-1] > 1, np.zeros((10, 1))]).astype(float)  # knows tomorrow
    seer = backtest(bars, score, FREE)
    draws = [reference.random_same_turnover(bars, score, FREE, "classification", seed) for seed in range(20)]
    assert np.mean([one.turnover_fraction.mean() for one in draws]) == pytest.approx(seer.turnover_fraction.mean(), rel=0.05)
    assert abs(np.mean([one.net_return_fraction.mean() for one in draws])) < 0.1 * seer.net_return_fraction.mean()
    again = reference.random_same_turnover(bars, score, FREE, "classification", 3)
    np.testing.assert_array_equal(again.net_return_fraction, draws[3].net_return_fraction)


def test_break_even_cost_is_where_nothing_is_left():
    rng = np.random.default_rng(6)
    close = 50 * np.exp(np.cumsum(rng.normal(0.002, 0.02, (4, 100)), axis=1))
    bars, score = bars_of(close, close * 1.001), rng.random((4, 100))
    bps = capacity.break_even_bps(backtest(bars, score, Costs()))
    assert backtest(bars, score, Costs(commission_bps=bps, slippage_bps=0)).total_return_fraction == pytest.approx(0, abs=1e-9)
    assert np.isnan(capacity.break_even_bps(reference.cash(bars)))
    losing = bars_of([10, 10, 10, 10], [10, 9, 8, 7])
    assert capacity.break_even_bps(backtest(losing, np.full((1, 4), 0.9), FREE)) < 0


@pytest.mark.parametrize("style", ["long_flat", "long_short"])
def test_cost_curve_and_break_even_agree_with_trading_at_that_cost(style):
    rng = np.random.default_rng(7)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (4, 60)), axis=1))
    bars, score = bars_of(close, close * 1.001), rng.random((4, 60))
    market = Costs(style=style, borrow_bps_annual=900)
    traded = backtest(bars, score, market)
    for point in capacity.cost_curve(traded, 252, (0.0, 7.5, 50.0)):
        dearer = backtest(bars, score, market.model_copy(update={"commission_bps": point.cost_bps, "slippage_bps": 0}))
        assert point.return_total_fraction == pytest.approx(dearer.total_return_fraction, rel=1e-7, abs=1e-12)
    if (bps := capacity.break_even_bps(traded)) > 0:
        even = backtest(bars, score, market.model_copy(update={"commission_bps": bps, "slippage_bps": 0}))
        assert even.total_return_fraction == pytest.approx(0, abs=1e-9)


def test_capacity_is_where_trades_reach_the_participation():
    bars = bars_of([10] * 4, [10] * 4, volume=[1000] * 4)
    result = backtest(bars, np.array([[0.9, 0.9, 0.1, 0.1]]), FREE, keep_weights=True)
    assert capacity.capacity_capital(bars, result, participation=0.01) == pytest.approx(100)  # 1 % of 10 000
    with pytest.raises(ValueError, match="expected a backtest with trades"):
        capacity.capacity_capital(bars, backtest(bars, np.full((1, 4), 0.9), FREE))


def test_a_wrong_shape_is_refused():
    bars = bars_of([10] * 4, [10] * 4)
    with pytest.raises(ValueError, match="expected weights of shape"):
        follow(bars, np.zeros((4, 1)), FREE)


def test_inputs_are_left_alone():
    rng = np.random.default_rng(8)
    close = 50 + rng.random((3, 20))
    bars, score = bars_of(close, close), rng.random((3, 20))
    before = score.copy()
    backtest(bars, score, Costs(style="event", holding_sessions=3, max_volume_fraction=0.1))
    np.testing.assert_array_equal(score, before)
