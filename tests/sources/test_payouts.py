"""Dividends and splits in a vendor's own columns: what the factor lacks is mended by them and noted, what it knows is left alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.quality.cleaning import clean
from nightshift.data.sources.bar_files import read
from nightshift.data.sources.payouts import joined, noted
from nightshift.data.sources.source import Query, checked_against
from nightshift.data.sources.spellings import as_bars

DAYS = sessions.between("XNYS", dt.date(2023, 1, 3), dt.date(2023, 12, 29))
EVENT = 120


def table(shares: dict[int, float], known: float = 1.0, daily: float = 0.01, split: float = 0.0, seed: int = 4) -> pd.DataFrame:
    """A stock that pays these shares of its price on these days, of which `Adj Close` knows a part."""
    random = np.random.default_rng(seed)
    paid = np.zeros(len(DAYS))
    paid[list(shares)] = list(shares.values())
    moves = random.normal(0, daily, len(DAYS)) + np.log1p(-paid)
    moves[0] = 0.0
    close = 100 * np.exp(np.cumsum(moves))
    opens = np.roll(close, 1) * (1 - paid)
    opens[0] = 100.0
    before = np.roll(close, 1)
    later = np.append(np.cumsum(np.log1p(-known * paid)[::-1])[::-1][1:], 0.0)
    return pd.DataFrame({
        "session": DAYS, "open": opens, "high": np.maximum(opens, close) * 1.001, "low": np.minimum(opens, close) * 0.999, "close": close,
        "volume": 1e6, "adj_close": close * np.exp(later), "dividend": paid * before, "split": split,
    })  # fmt: skip


def bars(frame: pd.DataFrame, symbol: str = "A") -> pa.Table:
    return as_bars(pa.Table.from_pandas(frame, preserve_index=False), symbol, "XNYS")


def factor(frame: pd.DataFrame) -> np.ndarray:
    return bars(frame)["adj_factor"].to_numpy()


@settings(max_examples=25)
@given(st.dictionaries(st.integers(1, len(DAYS) - 1), st.floats(0.005, 0.09), max_size=6), st.integers(0, 99))
def test_what_the_factor_knows_is_left_alone_and_what_it_lacks_is_mended_to_the_truth(shares, seed):
    true = table(shares, seed=seed)
    assert noted(bars(true)) == {}
    mended = bars(table(shares, known=0.01, seed=seed))
    assert len(noted(mended).get("A", {})) == len(shares)
    np.testing.assert_allclose(mended["adj_factor"].to_numpy(), factor(true), rtol=1e-9)


@pytest.mark.parametrize("times", [100.0, 1000.0])
def test_a_dividend_in_pence_is_no_dividend_of_the_whole_price(times):
    true = table({EVENT: 0.02})
    wrong = true.assign(dividend=true.dividend * times)
    assert noted(bars(wrong)) == {}


def test_a_hundredth_is_taken_where_the_column_is_in_pence_and_the_factor_lacks_it():
    true, lacks = table({EVENT: 0.02}), table({EVENT: 0.02}, known=0.0)
    np.testing.assert_allclose(factor(lacks.assign(dividend=lacks.dividend * 100)), factor(true), rtol=1e-9)


def test_a_dividend_that_the_price_plainly_did_not_pay_is_not_believed():
    frame = table({EVENT: 0.0}, daily=0.003)
    frame.loc[EVENT, "dividend"] = 0.06 * frame.close[EVENT - 1]
    assert noted(bars(frame)) == {}


def test_a_split_that_the_factor_lacks_is_in_it_afterwards():
    frame = table({})
    frame.loc[: EVENT - 1, ["open", "high", "low", "close", "adj_close"]] *= 5
    frame.loc[EVENT, "split"] = 5.0
    np.testing.assert_allclose(factor(frame)[[0, EVENT - 1, EVENT]], [0.2, 0.2, 1.0], rtol=0.1)
    adjusted = table({}).assign(split=np.where(np.arange(len(DAYS)) == EVENT, 5.0, 1.0))
    assert noted(bars(adjusted)) == {}  # prices adjusted for it already


def test_without_a_factor_nothing_is_mended():
    """Prices that yfinance adjusted by itself lack no dividend."""
    assert noted(bars(table({EVENT: 0.05}).drop(columns="adj_close"))) == {}


def test_the_account_names_what_was_mended_up_to_the_session_and_the_notes_survive_the_way(tmp_path: Path):
    frame = table({EVENT: 0.03, 200: 0.02}, known=0.0).rename(columns={"adj_close": "Adj Close", "dividend": "Dividends"})
    frame.assign(Date=frame.session.astype(str)).drop(columns="session").to_csv(tmp_path / "A.csv", index=False)
    as_of = sessions.utc("2023-12-29T23:00")
    received = checked_against(Query("XNYS", (), None, DAYS[-1].item(), as_of), read(tmp_path / "A.csv", "XNYS"), "folder")
    assert len(joined([received])["A"]) == 2
    for last, said in ((DAYS[-1], "lacked 2 payouts of the vendor's columns (the largest"), (DAYS[150], "lacked 1 payout of the vendor's")):
        account = clean(received, "XNYS", last.item(), as_of).account
        (mended,) = account.mended
        assert (mended.symbol, mended.reason) == ("A", "payout_not_in_factor")
        assert said in mended.value
        assert account.repaired["payout_not_in_factor"] == mended.rows
