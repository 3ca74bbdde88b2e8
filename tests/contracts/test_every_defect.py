"""Whatever a vendor did to one symbol: mended, dropped or left out, with the words for it; never learned from, never a verdict turned."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import yaml
from planted_defects import EVERY, PRICES, SYMBOL, Plant, planted

from nightshift import sessions
from nightshift.data.quality.cleaning import Cleaned, clean
from nightshift.data.sources import Query
from nightshift.data.sources.payouts import with_payouts
from nightshift.data.sources.simulated import Params, fetch
from nightshift.data.sources.source import bar_schema
from nightshift.nouns.options import Options
from nightshift.nouns.verdict_record import Verdict
from nightshift.running import line

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


@pytest.mark.parametrize("known", [0.0, 0.01, 1.0], ids=["lacking", "a hundredth", "known"])
def test_dividends_of_the_vendors_own_column_that_the_factor_lacks_are_mended(market, known):
    """Four of 1.2 %, which no bar shows; what the factor knows is left alone."""
    own = market.symbol == SYMBOL
    rows = market[own]
    paid = np.zeros(len(market))
    share, factor = 0.012, np.ones((2, len(rows)))
    frame = market.copy()
    for at in (100, 300, 500, 700):
        paid[rows.index[at]] = share * frame.close[rows.index[at - 1]]
        frame.loc[rows.index[at:], PRICES] *= 1 - share
        factor[:, :at] *= [[1 - share], [1 - known * share]]
    true = frame.assign(adj_factor=np.where(own, 0.0, frame.adj_factor))
    true.loc[own, "adj_factor"], frame.loc[own, "adj_factor"] = factor[0], factor[1]
    tables = [pa.Table.from_pandas(one, schema=bar_schema(), preserve_index=False) for one in (true, frame)]
    result = clean(with_payouts(tables[1], paid, np.zeros(len(market))), "XNYS", LAST, AS_OF)
    left, right = (adjusted(one) for one in (result, clean(tables[0], "XNYS", LAST, AS_OF)))
    pd.testing.assert_frame_equal(left, right, rtol=1e-9)
    assert ("adj_factor lacked 4 payouts of the vendor's columns" in said(result)) == (known < 1)


VERDICT_LAST = "2024-06-03T22:00:00+00:00"
POLICY = {
    "market": "small", "title": "Small", "calendar": "XNYS", "families": [{"name": "logistic"}],
    "columns": ["returns", "volatility"], "execution": {"heavy": "here", "threads": 1},
    "gates": [
        {"metric": "sharpe_annual", "must_be": "at_least", "limit": 1.0, "by": "value"},
        {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0},
    ],
    "quality": {"min_symbol_coverage": 0.8},
}  # fmt: skip
MENDED = ("×1000 from a day on", "×1000 for a day", "×100 for a week", "reverse split 1:25")
OTHERS = ("pence now and then", "a session early", "months for days", "another company", "filled backward")


def verdict_of(frame: pd.DataFrame, place: Path, monkeypatch: pytest.MonkeyPatch) -> Verdict:
    """What a night of these bars decides."""
    for name in ("bars", "markets"):
        (place / name).mkdir()
    frame.to_parquet(place / "bars" / "all.parquet")
    source = {"kind": "folder", "folder": str(place / "bars")}
    (place / "markets" / "small.yaml").write_text(yaml.safe_dump({**POLICY, "source": source}))
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(place / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    night, _ = line.judge_night("small", VERDICT_LAST, Options())
    return night.read(Verdict, "verdict")


@pytest.fixture(scope="module")
def small(market) -> pd.DataFrame:
    """Twelve of its symbols, of which nothing can be learned."""
    return market[(market.symbol < "SIM0012") & (market.session >= dt.date(2022, 1, 3))].reset_index(drop=True)


@pytest.fixture(scope="module")
def refusal(small, tmp_path_factory) -> Verdict:
    """The clean market's."""
    with pytest.MonkeyPatch.context() as patched:
        return verdict_of(small, tmp_path_factory.mktemp("clean"), patched)


@pytest.mark.parametrize("name", [MENDED[0], *(pytest.param(name, marks=pytest.mark.slow) for name in (*MENDED[1:], *OTHERS))])
def test_a_refusal_stays_one_whatever_a_vendor_did(small, refusal, name, tmp_path, monkeypatch):
    """From the test part's middle on, where it would be earned; what is mended leaves every number of the verdict as it was."""
    plant = next(plant for plant in EVERY if plant.name == name)
    verdict = verdict_of(planted(plant, small, small.session.nunique() - 60), tmp_path, monkeypatch)
    assert refusal.decision == verdict.decision == "REJECT"
    if name in MENDED:
        told = [[check.value for check in one.checks] for one in (verdict, refusal)]
        assert told[0] == pytest.approx(told[1], rel=1e-6)
