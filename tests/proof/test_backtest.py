"""The backtest against its slow twin, and the promises of its accounting."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation import held, swift
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.evaluation.targets import STYLES, targets

_SPEC = importlib.util.spec_from_file_location("slow_market", Path(__file__).with_name("slow_market.py"))
slow_market = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(slow_market)


def market(seed=0, n_symbols=6, n_sessions=40, holes=0.0, endings=0):
    rng = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(rng.normal(0, 0.02, (n_symbols, n_sessions)), axis=1))
    opened = close * np.exp(rng.normal(0, 0.01, close.shape))
    volume = rng.uniform(100, 20_000, close.shape)
    missing = rng.random(close.shape) < holes
    for symbol in range(endings):
        missing[symbol, rng.integers(1, n_sessions) :] = True
    arrays = [np.where(missing, np.nan, side) for side in (opened, close * 1.02, close * 0.98, close, volume)]
    sessions = np.datetime64("2020-01-01") + np.arange(n_sessions)
    return Bars(tuple(f"S{i}" for i in range(n_symbols)), sessions, *arrays)


def scores(bars, seed=1):
    raw = np.random.default_rng(seed).random(bars.shape)
    return np.where(bars.present, raw, np.nan)


def compare(bars, wanted, costs, result):
    series, added = slow_market.walk(bars, wanted, costs)
    for name, expected in zip(held.SERIES, series, strict=True):
        np.testing.assert_allclose(getattr(result, name), expected, rtol=0, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(result.contribution_fraction, added, rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), n_symbols=st.integers(1, 7), n_sessions=st.integers(2, 30),
    holes=st.sampled_from([0.0, 0.1, 0.3]), endings=st.integers(0, 1), style=st.sampled_from(sorted(STYLES)),
    cap=st.sampled_from([None, 0.01, 0.5]), limit=st.sampled_from([None, 0.01, 0.05]),
    leverage=st.sampled_from([0.5, 1.0]), bps=st.sampled_from([0.0, 3.0, 80.0]),
    borrow=st.sampled_from([0.0, 50.0, 4000.0]),
)  # fmt: skip
def test_equals_the_event_loop(seed, n_symbols, n_sessions, holes, endings, style, cap, limit, leverage, bps, borrow):
    bars = market(seed, n_symbols, n_sessions, holes, endings)
    costs = Costs(
        style=style, commission_bps=bps, slippage_bps=bps / 2, max_volume_fraction=cap, limit_move_fraction=limit,
        max_leverage=leverage, holding_sessions=3, top_k=2, max_position_fraction=0.4, borrow_bps_annual=borrow,
    )  # fmt: skip
    score = scores(bars, seed + 1)
    compare(bars, targets(score, costs), costs, backtest(bars, score, costs))


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("n_sessions", [2, 3, 9, 200])
@pytest.mark.parametrize("borrow", [0.0, 4000.0])
def test_the_fast_way_equals_the_general_way(style, n_sessions, borrow, monkeypatch):
    monkeypatch.setattr(swift, "BLOCK_BYTES", 8 * 6 * 11)  # many blocks
    bars, costs = market(3, n_sessions=n_sessions), Costs(style=style, holding_sessions=4, borrow_bps_annual=borrow)
    wanted = targets(scores(bars), costs)
    fast, general = swift.path(bars, wanted, costs), held.path(bars, wanted, costs)
    assert fast is not None
    for name in (*held.SERIES, "contribution_fraction"):
        np.testing.assert_allclose(getattr(fast, name), getattr(general, name), rtol=0, atol=1e-13, err_msg=name)


def test_the_fast_way_declines_a_market_with_a_hole():
    bars = market(4, holes=0.05)
    assert swift.path(bars, targets(scores(bars), Costs()), Costs()) is None
