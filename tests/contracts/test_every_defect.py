"""Whatever a vendor did to one symbol: mended, dropped or left out, with the words for it; never learned from, never a verdict turned."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from planted_defects import EVERY, PRICES, SYMBOL, Plant, planted

from nightshift import sessions
from nightshift.data.quality.cleaning import Cleaned, clean
from nightshift.data.sources import Query
from nightshift.data.sources.simulated import Params, fetch
from nightshift.data.sources.source import bar_schema

LAST = dt.date(2024, 6, 3)
AS_OF = sessions.utc("2024-06-03T22:00")
NAMES = [*PRICES, "volume"]


@pytest.fixture(scope="module")
def market() -> pd.DataFrame:
    """Forty symbols for four and a half years."""
    params = Params(symbols=40, first_session=dt.date(2020, 1, 2), missing_session_fraction=0.0, seed=11)
    return fetch(params, Query("XNYS", (), None, LAST, AS_OF)).to_pandas()


def cleaned(frame: pd.DataFrame) -> Cleaned:
    return clean(pa.Table.from_pandas(frame, schema=bar_schema(), preserve_index=False), "XNYS", LAST, AS_OF)


def adjusted(result: Cleaned) -> pd.DataFrame:
    rows = result.rows.to_pandas().set_index(["symbol", "session"])
    rows[PRICES] = rows[PRICES].mul(rows.adj_factor, axis=0)
    rows["volume"] /= rows.adj_factor
    return rows[NAMES]


def said(result: Cleaned) -> str:
    account = result.account
    told = [f"{one.reason} {one.symbol} {one.value}" for one in (*account.examples, *account.mended, *account.left_out)]
    return "\n".join(line for line in told if SYMBOL in line)


def test_the_clean_market_has_no_defect(market):
    account = cleaned(market).account
    assert (account.dropped, account.repaired, account.mended, account.left_out, account.suspected) == ({}, {}, (), (), ())


@pytest.mark.parametrize("plant", EVERY, ids=lambda plant: plant.name)
def test_a_defect_is_mended_dropped_or_left_out_and_nobody_else_is_touched(market, plant: Plant):
    result = cleaned(planted(plant, market))
    left, right = adjusted(result), market.set_index(["symbol", "session"])[NAMES]
    others = left.index.get_level_values("symbol") != SYMBOL
    assert left[others].equals(right[right.index.get_level_values("symbol") != SYMBOL])
    assert plant.words in said(result)
    own = left[~others].droplevel("symbol")
    if result.account.left_out:
        assert [one.symbol for one in result.account.left_out] == [SYMBOL]
        assert own.empty
        return
    true = right.loc[SYMBOL]
    assert own.index.isin(true.index).all()
    assert len(own) >= len(true) - plant.stretch
    scale = float(own.close.iloc[-1] / true.close.loc[own.index[-1]])  # of the newest bars: what shares and units now are
    true = true.loc[own.index]
    np.testing.assert_allclose(own[PRICES], true[PRICES] * scale, rtol=1e-9)
    traded = (own.volume * own.close) / (true.volume * true.close)
    assert traded.max() / traded.min() < 1 + 1e-9 if plant.stretch == 0 or scale == 1.0 else True
