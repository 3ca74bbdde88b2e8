"""Labels against outcomes worked out by hand and by a slow loop."""

import math
from dataclasses import replace

import numpy as np
import pytest

from nightshift.config import Label
from nightshift.data.labels import label
from nightshift.nouns.bars import Bars

NAN = np.nan


def bars_of(close, high=None, low=None, opened=None):
    close = np.array(close, dtype=float)
    days = np.datetime64("2026-01-05") + np.arange(close.shape[1])
    high, low = (close if values is None else np.array(values, dtype=float) for values in (high, low))
    opened = close if opened is None else np.array(opened, dtype=float)
    return Bars(tuple("ABCDE"[: len(close)]), days, opened, high, low, close, np.ones(close.shape))


def labelled(bars, kind, horizon=1, **more):
    return label(bars, Label(kind=kind, horizon_sessions=horizon, **more))[0]


OPENS = [[10, 20, 22, 22, 11]]


def test_an_open_label_is_what_is_traded_from_the_next_open_on():
    bars = bars_of([[1, 1, 1, 1, 1]], opened=OPENS)
    np.testing.assert_array_equal(labelled(bars, "direction", fill="open"), [[1, 0, 0, NAN, NAN]])
    np.testing.assert_allclose(labelled(bars, "return", fill="open"), [[0.1, 0, -0.5, NAN, NAN]])
    np.testing.assert_allclose(labelled(bars, "return", 2, fill="open"), [[0.1, -0.5, NAN, NAN, NAN]])
    np.testing.assert_array_equal(labelled(bars, "index_direction", fill="open"), [[1, 0, 0, NAN, NAN]])
    np.testing.assert_array_equal(labelled(bars, "event", 2, fill="open"), [[1, 0, NAN, NAN, NAN]])


def test_an_open_label_of_one_session_is_what_the_backtest_earns_with_it():
    """Held for one session and free of cost: the return of an open label is the money made, fill to fill."""
    from nightshift.config import Costs
    from nightshift.proof.evaluation.backtest import follow

    random = np.random.default_rng(3)
    opened, close = (20 * np.exp(np.cumsum(random.normal(0, 0.02, (1, 30)), axis=1)) for _ in range(2))
    bars = bars_of(close, opened=opened)
    held = follow(bars, np.ones(bars.shape), Costs(commission_bps=0, slippage_bps=0)).net_return_fraction
    growth = np.cumprod(1 + held) * opened[0] / close[0]  # from the close back to the same session's open
    predicted = labelled(bars, "return", fill="open")[0]
    np.testing.assert_allclose(growth[2:] / growth[1:-1] - 1, predicted[:-2], atol=1e-12)


def market(seed=0, n_sessions=90):
    random = np.random.default_rng(seed)
    close = 20 * np.exp(np.cumsum(random.normal(0, 0.02, (3, n_sessions)), axis=1))
    high, low = (close * np.exp(sign * np.abs(random.normal(0, 0.02, close.shape))) for sign in (1, -1))
    missing = random.random(close.shape) < 0.01
    opened = np.clip(close * np.exp(random.normal(0, 0.02, close.shape)), low, high)
    return bars_of(*(np.where(missing, NAN, values) for values in (close, high, low, opened)))


def test_direction_is_up_or_not_and_a_flat_price_is_not_up():
    np.testing.assert_array_equal(labelled(bars_of([[10, 11, 11, 9]]), "direction"), [[1, 0, 0, NAN]])
    np.testing.assert_array_equal(labelled(bars_of([[10, 11, 11, 9]]), "direction", 2), [[1, 0, NAN, NAN]])


def test_return_is_a_fraction_that_is_positive_when_the_price_rises():
    np.testing.assert_allclose(labelled(bars_of([[10, 11, 5.5]]), "return"), [[0.1, -0.5, NAN]])


def test_a_missing_bar_leaves_the_outcomes_that_need_it_unknown():
    np.testing.assert_array_equal(labelled(bars_of([[10, 11, NAN, 12, 13]]), "direction"), [[1, NAN, NAN, 1, NAN]])
    np.testing.assert_array_equal(labelled(bars_of([[10, 11, NAN, 12, 13]]), "direction", 2), [[NAN, 1, NAN, NAN, NAN]])
    np.testing.assert_array_equal(labelled(bars_of([[10, 11, NAN, 12, 13]]), "event", 2), [[NAN, NAN, NAN, NAN, NAN]])


def test_event_is_reached_by_the_best_close_within_the_horizon():
    close = [[100, 104, 105, 90, 90, 90]]
    np.testing.assert_array_equal(labelled(bars_of(close), "event", 2, event_return_fraction=0.05), [[1, 0, 0, 0, NAN, NAN]])


def test_index_direction_is_one_outcome_for_the_whole_panel():
    bars = bars_of([[10, 11, 10, 12], [10, 8, 8, NAN], [10, 10, 10.5, 10]])
    np.testing.assert_array_equal(labelled(bars, "index_direction"), np.tile([0, 0, 1, NAN], (3, 1)))


def test_index_direction_is_known_for_every_symbol_even_without_its_own_bar():
    values = labelled(market(), "index_direction", 3)
    assert (np.isnan(values) == np.isnan(values[0])).all()
    np.testing.assert_array_equal(values, np.tile(values[0], (3, 1)))
    assert np.isfinite(values[0, :-3]).all()


@pytest.mark.parametrize("fill", ["close", "open"])
@pytest.mark.parametrize("horizon", [1, 4, 9])
def test_triple_barrier_is_what_a_patient_reader_of_the_bars_would_say(horizon, fill):
    bars, read = market(seed=4), {"close": read_patiently, "open": read_from_the_open}[fill]
    values = labelled(bars, "triple_barrier", horizon, barrier_volatilities=0.8, fill=fill)
    for symbol, session in np.ndindex(values.shape):
        expected = read(bars, symbol, session, horizon, 0.8)
        np.testing.assert_equal(values[symbol, session], expected, err_msg=f"{symbol} {session}")
    assert {0.0, 1.0} <= set(values[np.isfinite(values)])


def read_patiently(bars, symbol, session, horizon, volatilities):
    close = bars.close[symbol].tolist()
    if session < 20 or session + horizon >= len(close) or any(math.isnan(close[t]) for t in range(session - 20, session + horizon + 1)):
        return NAN
    moves = [math.log(close[t] / close[t - 1]) for t in range(session - 19, session + 1)]
    middle = sum(moves) / 20
    width = volatilities * math.sqrt(sum((m - middle) ** 2 for m in moves) / 20) * math.sqrt(horizon)
    for t in range(session + 1, session + horizon + 1):
        if bars.low[symbol, t] <= close[session] * math.exp(-width):
            return 0.0
        if bars.high[symbol, t] >= close[session] * math.exp(width):
            return 1.0
    return 0.0


def read_from_the_open(bars, symbol, session, horizon, volatilities):
    """Bought at the next open; the sessions in between touch, and so does the open at which it is sold."""
    close, opened = bars.close[symbol].tolist(), bars.open[symbol].tolist()
    last = session + horizon + 1
    if session < 20 or last >= len(close) or any(math.isnan(close[t]) for t in [*range(session - 20, last), last]):
        return NAN
    moves = [math.log(close[t] / close[t - 1]) for t in range(session - 19, session + 1)]
    middle = sum(moves) / 20
    width = volatilities * math.sqrt(sum((m - middle) ** 2 for m in moves) / 20) * math.sqrt(horizon)
    lower, upper = opened[session + 1] * math.exp(-width), opened[session + 1] * math.exp(width)
    for t in range(session + 1, last + 1):
        low, high = (opened[t], opened[t]) if t == last else (bars.low[symbol, t], bars.high[symbol, t])
        if low <= lower:
            return 0.0
        if high >= upper:
            return 1.0
    return 0.0


def test_a_label_is_not_moved_by_volume_or_open():
    bars = market()
    other = replace(bars, volume=bars.volume * 2, open=bars.open * 1.1)
    for kind in ("direction", "return", "event", "index_direction", "triple_barrier"):
        np.testing.assert_array_equal(labelled(bars, kind, 3), labelled(other, kind, 3))
