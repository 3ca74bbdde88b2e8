"""Cleaning: every defect has its reason, every row is accounted for, and what is left is a bar."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.quality.cleaning import clean
from nightshift.data.quality.feed import LISTED_SESSIONS
from nightshift.data.quality.finding import Trading
from nightshift.data.sources import Query
from nightshift.data.sources.simulated import Params, fetch
from nightshift.data.sources.source import bar_schema
from nightshift.nouns.quality import Account

LAST, AS_OF = dt.date(2024, 6, 3), sessions.utc("2024-06-03T22:00")
AT = 150  # a row in the middle of the second symbol
CRASH = dt.date(2024, 3, 5)
PRICES = ["open", "high", "low", "close"]


PARAMS = Params(symbols=3, first_session=dt.date(2024, 1, 2), missing_session_fraction=0.0)
HEALTHY = fetch(PARAMS, Query("XNYS", (), None, LAST, AS_OF)).to_pandas()


def healthy() -> pd.DataFrame:
    return HEALTHY.copy()


def cleaned(frame: pd.DataFrame, **known):
    return clean(pa.Table.from_pandas(frame, schema=bar_schema(), preserve_index=False), "XNYS", LAST, AS_OF, **known)


@pytest.fixture(scope="module")
def healthy_market() -> pd.DataFrame:
    params = Params(symbols=30, first_session=dt.date(2023, 6, 1), missing_session_fraction=0.0)
    return fetch(params, Query("XNYS", (), None, LAST, AS_OF)).to_pandas()


def with_cell(column: str, value: object) -> pd.DataFrame:
    frame = healthy()
    frame.loc[AT, column] = value
    return frame


def test_a_healthy_market_is_left_alone():
    frame = healthy()
    result = cleaned(frame)
    assert result.rows.to_pandas().equals(frame)
    assert result.account == Account(rows_in=len(frame), rows_out=len(frame), dropped={}, repaired={}, examples=(), revised=())


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("open", np.nan, "not_a_number"),
        ("close", np.inf, "not_a_number"),
        ("volume", np.nan, "not_a_number"),
        ("high", 1e308, "absurd_size"),
        ("volume", 1e300, "absurd_size"),
        ("adj_factor", 5e-324, "absurd_size"),
        ("low", 0.0, "price_not_positive"),
        ("close", -5.0, "price_not_positive"),
        ("adj_factor", 0.0, "price_not_positive"),
        ("adj_factor", np.nan, "not_a_number"),
        ("volume", -1.0, "volume_negative"),
        ("high", 0.01, "ohlc_impossible"),
        ("open", 1e6, "ohlc_impossible"),
        ("session", dt.date(2024, 5, 27), "not_a_session"),  # Memorial Day
        ("session", dt.date(2024, 6, 4), "future_session"),
        ("session", dt.date(1900, 1, 1), "before_first_session"),
        ("observed_at", pd.Timestamp("2024-06-03T22:00:01Z"), "observed_after_as_of"),
    ],
)
def test_one_impossible_value_costs_one_row_and_is_counted_by_reason(column, value, reason):
    frame = with_cell(column, value)
    result = cleaned(frame)
    assert result.account.dropped == {reason: 1}
    assert result.account.rows_out == len(result.rows) == len(frame) - 1
    assert result.account.examples[0].symbol == "SIM0001"
    assert result.account.examples[0].reason == reason


def test_a_high_that_just_misses_is_widened_and_counted():
    frame = healthy()
    frame.loc[AT, "high"] = max(frame.loc[AT, "open"], frame.loc[AT, "close"]) * 0.999
    result = cleaned(frame)
    assert result.account.repaired == {"ohlc_widened": 1}
    assert result.account.dropped == {}
    mended = result.rows.to_pandas().loc[AT]
    assert mended.high == max(mended.open, mended.close)


def test_of_duplicates_the_last_one_stays():
    frame = healthy()
    again, other = frame.loc[[AT]], frame.loc[[AT + 1]].assign(close=lambda rows: rows.close * 1.0001)
    result = cleaned(pd.concat([frame.loc[:AT], again, frame.loc[[AT + 1]], other, frame.loc[AT + 2 :]], ignore_index=True))
    assert result.account.dropped == {"duplicate": 1, "duplicate_with_other_values": 1}
    assert result.rows.to_pandas().close[AT + 1] == other.close.item()


@pytest.mark.parametrize(("factor", "n_sessions"), [(2.0, 3), (0.3, 1), (2.6, 9)])
def test_a_tick_that_came_back_is_dropped(factor, n_sessions):
    frame = healthy()
    frame.loc[slice(AT, AT + n_sessions - 1), PRICES] *= factor
    result = cleaned(frame)
    assert result.account.dropped == {"wrong_tick": n_sessions}
    assert result.account.repaired == {}
    assert result.account.mended == ()


@pytest.mark.parametrize(("factor", "n_sessions"), [(100.0, 1), (0.01, 9), (1000.0, 5), (0.1, 2), (1000.0, 40)])
def test_another_unit_is_mended_for_as_long_as_it_lasts(factor, n_sessions):
    frame = healthy()
    frame.loc[slice(AT, AT + n_sessions - 1), PRICES] *= factor
    result = cleaned(frame)
    assert result.account.dropped == {}
    assert result.account.repaired == {"other_unit": n_sessions}
    assert result.account.revised == ()
    np.testing.assert_allclose(result.rows.to_pandas()[PRICES], healthy()[PRICES], rtol=1e-12)


@pytest.mark.parametrize("ratio", [1 / 2, 1 / 10, 2 / 3, 3 / 4, 2.0, 20.0])
def test_an_unadjusted_split_rescales_the_bars_before_it(ratio):
    frame = healthy()
    second = frame.symbol == "SIM0001"
    split_day = frame.session[AT]
    after = second & (frame.session >= split_day)
    frame.loc[after, PRICES] *= ratio
    frame.loc[after, "volume"] /= ratio
    result = cleaned(frame)
    before = int((second & (frame.session < split_day)).sum())
    assert result.account.dropped == {}
    assert result.account.repaired == {"unadjusted_action": before}
    assert [(action.symbol, action.session) for action in result.actions] == [("SIM0001", str(split_day))]
    (mended,) = result.account.mended
    assert (mended.reason, mended.rows, mended.price_factor) == ("unadjusted_action", before, 1.0)
    assert mended.adj_factor == pytest.approx(ratio)
    assert f"prices × {ratio:.4g}, volume ÷ {ratio:.4g}" in mended.value
    (revised,) = result.account.revised
    assert (revised.symbol, revised.session, revised.since, revised.rows) == ("SIM0001", str(split_day), str(split_day), before)
    assert not revised.gone
    rows = result.rows.to_pandas()
    expected = healthy().close.where(~second, healthy().close * ratio)
    np.testing.assert_allclose(rows.close * rows.adj_factor, expected, rtol=1e-12)


@pytest.mark.parametrize("ratio", [10 / 11, 5 / 6])
def test_a_bonus_of_few_shares_is_certain_where_the_market_makes_no_such_moves(healthy_market, ratio):
    frame = healthy_market.copy()
    after = (frame.symbol == "SIM0007") & (frame.session >= CRASH)
    frame.loc[after, PRICES] *= ratio
    frame.loc[after, "volume"] /= ratio
    (mended,) = cleaned(frame).account.mended
    assert (mended.symbol, mended.session, mended.adj_factor) == ("SIM0007", str(CRASH), pytest.approx(ratio))


def test_a_crash_in_which_others_fall_too_is_the_markets(healthy_market):
    """Seven symbols of thirty open a third lower at ordinary turnover: no action, and nothing is touched."""
    frame = healthy_market.copy()
    for name in [f"SIM{number:04d}" for number in range(7)]:
        after = (frame.symbol == name) & (frame.session >= CRASH)
        frame.loc[after, PRICES] *= 2 / 3
    result = cleaned(frame)
    assert (result.account.dropped, result.account.repaired, result.account.mended) == ({}, {}, ())


def test_a_move_that_is_not_certain_is_shown_and_kept(healthy_market):
    frame = healthy_market.copy()
    after = (frame.symbol == "SIM0003") & (frame.session >= CRASH)
    frame.loc[after, PRICES] *= 0.5
    frame.loc[(frame.symbol == "SIM0003") & (frame.session == CRASH), "volume"] *= 60
    result = cleaned(frame)
    assert (result.account.dropped, result.account.repaired) == ({}, {})
    (shown,) = result.account.suspected
    assert (shown.symbol, shown.session) == ("SIM0003", str(CRASH))
    assert shown.move_fraction == pytest.approx(-0.5, abs=0.06)
    assert "used as it is" in shown.value


@pytest.mark.parametrize(("limit", "mended"), [(None, 0), (0.07, 1)])
def test_beyond_the_exchanges_limit_a_move_is_an_action_whatever_was_traded(healthy_market, limit, mended):
    frame = healthy_market.copy()
    after = (frame.symbol == "SIM0003") & (frame.session >= CRASH)
    frame.loc[after, PRICES] *= 5 / 6
    frame.loc[(frame.symbol == "SIM0003") & (frame.session == CRASH), "volume"] *= 12
    assert len(cleaned(frame, trading=Trading(limit)).account.mended) == mended


def test_a_split_that_the_factor_explains_is_no_defect():
    frame = healthy()
    earlier = (frame.symbol == "SIM0001") & (frame.session < frame.session[AT])
    frame.loc[earlier, ["open", "high", "low", "close"]] *= 2
    frame.loc[earlier, "adj_factor"] = 0.5
    assert cleaned(frame).account.dropped == {}


@pytest.mark.parametrize("move", [-0.45, 0.5])
def test_news_that_moves_a_price_as_far_is_not_taken_for_a_split(move):
    """It is heavily traded: eight times the usual, as an earnings surprise is."""
    frame = healthy()
    after = (frame.symbol == "SIM0001") & (frame.session >= frame.session[AT])
    frame.loc[after, ["open", "high", "low", "close"]] *= 1 + move
    frame.loc[after, "volume"] /= 1 + move
    usual = (frame.close * frame.volume)[AT - 20 : AT].median()
    frame.loc[AT, "volume"] = 12 * usual / frame.close[AT]
    assert cleaned(frame).account.dropped == {}


def test_a_genuine_move_within_the_day_is_not_taken_for_a_split():
    frame = healthy()
    after = (frame.symbol == "SIM0001") & (frame.session > frame.session[AT])
    frame.loc[after, ["open", "high", "low", "close"]] *= 1.45
    frame.loc[AT, ["high", "close"]] *= 1.45
    assert cleaned(frame).account.dropped == {}


def test_nothing_at_all_is_cleaned_to_nothing():
    result = cleaned(healthy().iloc[:0])
    assert result.account.rows_out == len(result.rows) == 0


NUMBERS = ["open", "high", "low", "close", "volume", "adj_factor"]
odd = st.one_of(st.floats(), st.floats(0.5, 200), st.sampled_from([0.0, -1.0, 1e308, 5e-324, np.nan]))
places = st.integers(0, len(HEALTHY) - 1)


@settings(max_examples=250, deadline=None)
@given(
    cells=st.lists(st.tuples(places, st.sampled_from(NUMBERS), odd), max_size=40),
    copies=st.lists(places, max_size=5),
    late=st.lists(places, max_size=5),
)
def test_whatever_comes_in_what_goes_out_is_bars_and_the_account_adds_up(cells, copies, late):
    frame = healthy()
    numbers = frame[NUMBERS].to_numpy(copy=True)
    for row, column, value in cells:
        numbers[row, NUMBERS.index(column)] = value
    frame[NUMBERS] = numbers
    frame.loc[late, "observed_at"] += pd.Timedelta(days=400)
    frame = pd.concat([frame, frame.loc[copies]]).sort_values(["symbol", "session"], kind="stable", ignore_index=True)
    result = cleaned(frame)
    account, rows = result.account, result.rows.to_pandas()
    assert account.rows_in == len(frame) == len(rows) + sum(account.dropped.values())
    assert account.rows_out == len(rows)
    assert np.isfinite(rows[["open", "high", "low", "close", "volume", "adj_factor"]].to_numpy()).all()
    assert (rows[["open", "high", "low", "close", "adj_factor"]].to_numpy() > 0).all()
    assert (rows.low <= rows[["open", "close"]].min(axis=1)).all()
    assert (rows.high >= rows[["open", "close"]].max(axis=1)).all()
    assert (rows.volume >= 0).all()
    assert not rows.duplicated(["symbol", "session"]).any()
    assert (rows.observed_at <= pd.Timestamp(AS_OF)).all()


def test_a_year_of_silence_is_a_delisting():
    assert LISTED_SESSIONS == 252
