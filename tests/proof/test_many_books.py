"""Portfolios walked through together: every number of each to the last bit what the backtest says of it alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation import reference
from nightshift.proof.evaluation.backtest import each_symbol
from nightshift.proof.evaluation.targets import STYLES
from nightshift.proof.examination.books.alone_books import alone_return_fractions
from nightshift.proof.examination.books.moved_books import BOOKS_AT_ONCE, moved_returns

COSTS = st.builds(
    Costs,
    style=st.sampled_from(sorted(STYLES)),
    commission_bps=st.sampled_from([0.0, 5.0, 4_000.0]),  # the last ruins whoever trades much
    borrow_bps_annual=st.sampled_from([0.0, 900.0, 900_000.0]),
    max_leverage=st.sampled_from([0.5, 1.0, 2.0]),
    max_volume_fraction=st.sampled_from([None, 0.01]),
    limit_move_fraction=st.sampled_from([None, 0.05]),
    top_k=st.just(3),
)


def market(seed, n_symbols=12, n_sessions=40, wild=0.02, missing=0.05, members=False):
    """Prices with gaps, symbols that end early, some without any bar."""
    random = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(random.normal(0, wild, (n_symbols, n_sessions)), axis=1))
    opened = close * np.exp(random.normal(0, wild, close.shape))
    gone = random.random(close.shape) < missing
    gone[0, n_sessions // 2 :] |= missing > 0
    gone[1] |= missing > 0.2
    opened, close = np.where(gone, np.nan, opened), np.where(gone, np.nan, close)
    volume = np.where(gone, np.nan, random.lognormal(8, 1, close.shape))
    member = random.random(close.shape) < 0.9 if members else None
    days = np.datetime64("2024-01-01") + np.arange(n_sessions)
    bars = Bars(tuple(f"S{row:02d}" for row in range(n_symbols)), days, opened, close, close, close, volume, member)
    return bars, np.where(random.random(close.shape) < 0.1, np.nan, random.random(close.shape))


MARKETS = st.builds(
    market,
    seed=st.integers(0, 10_000), wild=st.sampled_from([0.02, 0.5]), missing=st.sampled_from([0.0, 0.03, 0.3]), members=st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(MARKETS, COSTS)
def test_every_symbol_alone_returns_what_its_own_backtest_does(made, costs):
    bars, score = made
    found = alone_return_fractions(bars, score, costs, "classification")
    assert found == [one.total_return_fraction for one in each_symbol(bars, score, costs)]


@settings(max_examples=40, deadline=None)
@given(MARKETS, COSTS)
def test_chance_earns_what_each_draw_of_it_does(made, costs):
    bars, score = made
    seeds = range(3, 3 + BOOKS_AT_ONCE + 1)
    found = moved_returns(bars, score, costs, "classification", seeds)
    for seed, one in zip(seeds, found, strict=True):
        twin = reference.random_same_turnover(bars, score, costs, "classification", seed)
        np.testing.assert_array_equal(one, twin.net_return_fraction)


def test_sums_over_many_symbols_are_added_up_in_the_order_of_one_book():
    """Beyond 128 values numpy adds up in pairs."""
    bars, score = market(5, n_symbols=700, n_sessions=30)
    one = moved_returns(bars, score, Costs(), "classification", range(4))
    for seed in range(4):
        twin = reference.random_same_turnover(bars, score, Costs(), "classification", seed)
        np.testing.assert_array_equal(one[seed], twin.net_return_fraction)


def test_a_book_that_lost_everything_earns_nothing_afterwards():
    bars, _ = market(1, wild=0.02, missing=0.03)
    dear = Costs(commission_bps=10_000.0, slippage_bps=0.0)  # to buy costs all there is
    bought = np.where(np.arange(40) % 5 == 0, 0.9, 0.1)
    assert alone_return_fractions(bars, np.tile(bought, (12, 1)), dear, "classification")[2:] == [-1.0] * 10


@pytest.mark.parametrize("missing", [0.0, 0.03])
def test_nothing_traded_returns_nothing(missing):
    bars, score = market(2, missing=missing)
    assert alone_return_fractions(bars, np.full_like(score, 0.1), Costs(), "classification") == [0.0] * 12
