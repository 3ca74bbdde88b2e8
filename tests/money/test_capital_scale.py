"""Capital against what a market turns over: nothing is said of what fits, and of what does not, the number that would."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Costs
from nightshift.data.money import capital_warnings, scale_of


def rows(price=50.0, volume=1e6, n_symbols=20, n_sessions=5):
    """A market in which every symbol turns over price × volume a day."""
    n = n_symbols * n_sessions
    days = [dt.date(2026, 1, 5) + dt.timedelta(days=place) for place in range(n_sessions)]
    symbols = [f"S{row:02d}" for row in range(n_symbols) for _ in days]
    return pa.table({"symbol": symbols, "session": days * n_symbols, "close": np.full(n, price), "volume": np.full(n, volume)})


def said(bars, **costs):
    return capital_warnings(bars, Costs.model_validate(costs))


def test_what_fits_is_not_spoken_of():
    assert said(rows(), max_volume_fraction=0.05, initial_capital=1e6) == ()
    assert said(rows(), initial_capital=5000) == (), "five hundred a position, of fifty million a day"


def test_a_million_read_as_dong_buys_less_than_a_lot():
    (one,) = said(
        rows(price=25_000.0, volume=2e6, n_symbols=692), initial_capital=1e6, currency="VND", lot_size=100, max_volume_fraction=0.05
    )
    assert one.says == "a position is 2.89 thousand VND, and a lot at the median price costs 2.5 million"
    assert one.key == "costs.initial_capital"
    assert one.value == "1,000,000 VND"
    assert "`initial_capital: 10000000000`" in one.next_step
    assert "8.65 billion to 865 billion VND is in scale" in one.next_step


def test_a_position_that_no_cap_would_feel():
    (one,) = said(rows(price=2.0, volume=1e9), initial_capital=1000, max_volume_fraction=0.05)
    assert one.says == "a position is 100 USD, 5e-08 of the 2 billion that the median symbol turns over a day"
    assert "is it meant in this currency?" in one.allowed


def test_few_lots_are_said_to_be_traded_in_parts():
    (one,) = said(rows(), initial_capital=2e5, lot_size=100)
    assert one.says == "a position is 20 thousand USD, 4.0 times what a lot at the median price costs"
    assert one.allowed.startswith("the backtest trades parts of lots")
    assert said(rows(), initial_capital=2e5, lot_size=1) == ()


def test_more_than_a_trade_may_be():
    (one,) = said(rows(), initial_capital=1e9, max_volume_fraction=0.05)
    assert one.says == "a position is 100 million USD, 2 of the 50 million that the median symbol turns over a day"
    assert one.allowed == "a trade may be 0.05 of it"
    assert "`initial_capital: 20000000`" in one.next_step
    (best,) = said(rows(), initial_capital=1e9, style="top_k", top_k=2)
    assert best.says.startswith("a position is 500 million USD, 10 of")


def test_nothing_is_said_where_nothing_is_known():
    assert said(rows(volume=0.0), lot_size=0) == ()
    assert said(rows().slice(0, 0)) == ()


@settings(max_examples=60)
@given(
    price=st.floats(0.01, 1e6), volume=st.floats(1.0, 1e12), capital=st.floats(1.0, 1e13), lot_size=st.sampled_from([0, 1, 10, 100]),
    style=st.sampled_from(["long_flat", "top_k", "long_short"]), cap=st.sampled_from([None, 0.01, 0.05]),
)  # fmt: skip
def test_the_number_that_is_named_fits(price, volume, capital, lot_size, style, cap):
    facts = {"initial_capital": capital, "lot_size": lot_size, "style": style, "max_volume_fraction": cap}
    bars, costs = rows(price, volume), Costs.model_validate(facts)
    for one in capital_warnings(bars, costs):
        number = float(one.next_step.split("initial_capital: ")[1].split("`")[0])
        scale = scale_of(bars, costs.model_copy(update={"initial_capital": max(number, 1e-9)}))
        if scale.least_capital * 10 < scale.most_capital and number >= 1:
            assert capital_warnings(bars, scale.costs) == ()


def test_lots_are_of_the_median_price():
    assert scale_of(rows(price=50.0), Costs(lot_size=10)).lot == pytest.approx(500.0)
