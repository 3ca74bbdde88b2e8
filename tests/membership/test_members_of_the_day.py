"""Columns, labels and books use members of the day only: by hand on a tiny market, and whatever nobodies are added to it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Costs, Label
from nightshift.data import columns, snapshot
from nightshift.data.labels import label
from nightshift.data.membership import members_on, used_rows, with_members
from nightshift.data.sources.source import bar_schema
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.universe_record import Delisting, Span, UniverseRecord
from nightshift.proof.evaluation.backtest import backtest
from nightshift.proof.evaluation.reference import buy_and_hold

DAYS = np.arange("2026-01-05", "2026-01-10", dtype="datetime64[D]")  # five sessions
CLOSES = {"A": [10, 11, 12, 13, 14], "B": [10, 9, 8, 7, 6], "C": [10, 20, 30, 40, 50], "D": [10, 10, 11, 11, 12]}
FREE = Costs(commission_bps=0, slippage_bps=0)


def day(place):
    return DAYS[place].astype(object)


def rows_of(closes):
    """Rows with the open at the close before, as the source gives them."""
    rows = []
    for symbol, prices in sorted(closes.items()):
        for place, close in enumerate(prices):
            if close is not None:
                opened = float(prices[max(place - 1, 0)] or close)
                seen = dt.datetime.combine(day(place), dt.time(22), dt.UTC)
                rows.append({"symbol": symbol, "session": day(place), "open": opened, "high": max(opened, close), "low": min(opened, close),
                             "close": float(close), "volume": 1e5, "adj_factor": 1.0, "observed_at": seen})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=bar_schema())


def of(closes, spans=None, gone=None):
    """The bars of a market with this membership."""
    members = None if spans is None else tuple(Span(symbol=name, first=day(a), last=None if b is None else day(b)) for name, a, b in spans)
    left = None if gone is None else tuple(Delisting(symbol=name, session=day(at), final_return_fraction=paid) for name, at, paid in gone)
    universe = UniverseRecord(members=members, delistings=left)
    return with_members(snapshot.bars(used_rows(rows_of(closes), universe)), universe)


SPANS = [("A", 0, None), ("B", 0, 2), ("C", 2, None)]  # D never is


def test_ranks_and_means_are_of_members_of_the_day():
    bars = of(CLOSES, SPANS)
    assert bars.symbols == ("A", "B", "C")
    values = columns.compute(bars, columns.chosen(["rank_return_1", "market_return_1", "log_return_1"]))
    own, rank, market = (values[:, :, place] for place in range(3))
    np.testing.assert_array_equal(rank[:, 1], np.float32([0.75, 0.25, np.nan]))
    np.testing.assert_array_equal(rank[:, 2], np.float32([0.5, 1 / 6, 5 / 6]))
    np.testing.assert_array_equal(rank[:, 3], np.float32([0.25, np.nan, 0.75]))
    np.testing.assert_allclose(market[0, 2], np.mean(np.log([12 / 11, 8 / 9, 30 / 20])), rtol=1e-6)
    np.testing.assert_array_equal(np.isfinite(market), bars.eligible & (np.arange(5) > 0))
    assert own[2, 2] == np.float32(np.log(30 / 20)), "its own bars before it was a member warm it up"


@pytest.mark.parametrize("kind", ["direction", "return", "event", "index_direction"])
def test_who_is_no_member_has_no_label_and_a_member_keeps_what_happened_after_it_left(kind):
    bars = of(CLOSES, SPANS)
    outcome = label(bars, Label(kind=kind))[0]
    np.testing.assert_array_equal(np.isfinite(outcome), bars.member & (np.arange(5) < 4))
    if kind == "return":
        assert outcome[1, 2] == pytest.approx(7 / 8 - 1)


def test_the_index_is_that_of_the_members():
    falling = of({"A": [10, 9, 8, 7, 6], "B": [10, 99, 99, 99, 99]}, [("A", 0, None), ("B", 1, None)])
    assert label(falling, Label(kind="index_direction"))[0][0, 0] == 0.0


def test_a_book_holds_members_only():
    bars = of(CLOSES, SPANS)
    score = np.full(bars.shape, 0.9)
    weights = backtest(bars, score, FREE, keep_weights=True).weights
    assert (weights[2, :3] == 0).all(), "decided at the close of its first day, it is bought at the next open"
    assert (weights[1, 4:] == 0).all(), "B left after the third session"
    event = FREE.model_copy(update={"style": "event", "holding_sessions": 4})
    assert (backtest(bars, score, event, keep_weights=True).weights[1, 4:] == 0).all(), "however long a signal is held"
    assert buy_and_hold(bars, FREE).contribution_fraction[2] == 0.0


@pytest.mark.parametrize("spans", [None, [("A", 0, None), ("B", 0, None)]])
def test_a_delisting_that_paid_nothing_costs_everything(spans):
    closes = {"A": [10, 10, 10, 10, 10], "B": [10, 10, 10, None, None]}
    bars = of(closes, spans, [("B", 2, -1.0)])
    outcome = label(bars, Label(kind="return"))[0]
    assert outcome[1, 2] == pytest.approx(-1.0)
    assert np.isnan(outcome[1, 3:]).all()
    assert label(bars, Label(kind="direction"))[0][1, 2] == 0.0
    half = backtest(bars, np.full(bars.shape, 0.9), FREE)
    assert half.net_return_fraction.tolist() == pytest.approx([0, 0, 0, -0.5, 0])
    assert half.contribution_fraction.tolist() == pytest.approx([0, -0.5])
    alone = backtest(bars, np.repeat([[0.1], [0.9]], 5, axis=1), FREE)
    assert alone.net_return_fraction.tolist() == [0, 0, 0, -1, 0], "a book that holds nothing else is ruined"
    assert buy_and_hold(bars, FREE).total_return_fraction == pytest.approx(-0.5)
    without = backtest(of(closes, spans), np.full(bars.shape, 0.9), FREE)
    assert without.total_return_fraction == 0.0, "sold at the last close"


def test_a_delisted_symbol_is_out_of_the_mean_on_its_last_day():
    bars = of({"A": [10, 10, 10, 11, 11], "B": [10, 10, 10, None, 77]}, None, [("B", 2, -0.4)])
    assert bars.close[1, 3] == pytest.approx(6.0)
    assert np.isnan(bars.close[1, 4]), "bars after it are not used"
    assert bars.volume[1, 3] == 0.0
    values = columns.compute(bars, columns.chosen(["market_return_1", "rank_return_1", "log_return_1"]))
    assert values[0, 3, 0] == np.float32(np.log(1.1))
    assert np.isnan(values[1, 3]).all()


def test_members_of_a_day():
    universe = UniverseRecord(
        members=(Span(symbol="A", first=day(1), last=day(2)), Span(symbol="B", first=day(0), last=None)),
        delistings=(Delisting(symbol="B", session=day(2), final_return_fraction=0.0),),
    )
    assert [members_on(["A", "B", "C"], universe, day(place)).tolist() for place in range(4)] == [
        [False, True, False], [True, True, False], [True, True, False], [False, False, False],
    ]  # fmt: skip
    assert members_on(["A"], None, day(0)).all()


def market(seed, n_symbols, n_sessions):
    """Bars with gaps, and somebody's membership."""
    random = np.random.default_rng(seed)
    close = 40 * np.exp(np.cumsum(random.normal(0, 0.02, (n_symbols, n_sessions)), axis=1))
    there = random.random(close.shape) > 0.05
    there[0] = True
    arrays = (np.where(there, values, np.nan) for values in (close * 1.001, close * 1.01, close * 0.98, close, np.full(close.shape, 1e5)))
    days = np.datetime64("2020-01-01") + np.arange(n_sessions)
    member = (np.arange(n_sessions) >= random.integers(-50, 50, (n_symbols, 1))) & (
        np.arange(n_sessions) <= random.integers(50, 200, (n_symbols, 1))
    )
    return Bars(tuple(f"S{place}" for place in range(n_symbols)), days, *arrays, member=member)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_nobodies=st.integers(1, 4), kind=st.sampled_from(["direction", "event", "index_direction"]))
def test_bars_of_nobody_change_nothing(seed, n_nobodies, kind):
    """A symbol that is no member on any of these days (it left before them, say) is as if it were not there."""
    bars, other = market(seed, 5, 100), market(seed + 1, n_nobodies, 100)
    both = Bars(
        (*bars.symbols, *(f"N{place}" for place in range(n_nobodies))), bars.sessions,
        *(np.concatenate([getattr(one, name) for one in (bars, other)]) for name in FIELDS),
        member=np.concatenate([bars.member, np.zeros(other.shape, dtype=bool)]),
    )  # fmt: skip
    chosen, n = columns.chosen(["all"]), len(bars.symbols)
    alone, among = columns.compute(bars, chosen), columns.compute(both, chosen)
    assert np.array_equal(alone, among[:n], equal_nan=True)
    assert np.isnan(among[n:]).all()
    outcome = label(both, Label(kind=kind))[0]
    assert np.array_equal(label(bars, Label(kind=kind))[0], outcome[:n], equal_nan=True)
    assert np.isnan(outcome[n:]).all()
    score = np.where(both.member, np.random.default_rng(seed).random(both.shape), np.nan)
    costs = Costs(style="long_short", threshold=0.55, limit_move_fraction=0.07)
    book, with_them = (backtest(of_these, score[: len(of_these.symbols)], costs) for of_these in (bars, both))
    np.testing.assert_allclose(book.net_return_fraction, with_them.net_return_fraction, rtol=0, atol=1e-12)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(20, 99))
def test_a_later_change_of_membership_changes_no_earlier_column(seed, cut):
    bars = market(seed, 5, 100)
    member = bars.member.copy()
    member[:, cut:] = np.random.default_rng(seed).random(member[:, cut:].shape) > 0.5
    chosen = columns.chosen(["all"])
    now, later = columns.compute(bars, chosen), columns.compute(replace(bars, member=member), chosen)
    assert np.array_equal(now[:, :cut], later[:, :cut], equal_nan=True)
