"""Yahoo: the answer's shape is parsed, and its absence (package or network) is a clear error."""

from __future__ import annotations

import builtins
import datetime as dt

import pandas as pd
import pytest

from nightshift import PROJECT, sessions
from nightshift.config import validated
from nightshift.data import sources
from nightshift.data.sources import Query, yahoo
from nightshift.errors import ConfigError, SourceUnreachable, SourceUnreadable

QUERY = Query("XNYS", (), None, dt.date(2024, 3, 1), sessions.utc("2024-03-01T22:00"))


def answer(**changes: object) -> pd.DataFrame:
    days = pd.DatetimeIndex(["2024-01-02", "2024-01-03"]).tz_localize("America/New_York")
    facts = {
        "Open": 10.0,
        "High": 12.0,
        "Low": 9.0,
        "Close": [10.0, 11.0],
        "Adj Close": [5.0, 11.0],
        "Volume": 100,
        "Dividends": 0.0,
        "Stock Splits": 0.0,
    }
    return pd.DataFrame({**facts, **changes}, index=days)


def test_the_adjusted_close_becomes_the_factor():
    bars = yahoo.parse(answer(), "AAA", "XNYS").to_pylist()
    assert [bar["adj_factor"] for bar in bars] == [0.5, 1.0]
    assert [bar["session"] for bar in bars] == [dt.date(2024, 1, 2), dt.date(2024, 1, 3)]
    assert bars[0]["observed_at"].isoformat() == "2024-01-02T21:15:00+00:00"
    assert len(yahoo.parse(answer().iloc[:0], "AAA", "XNYS")) == 0


def beside_another(order: list[str]) -> pd.DataFrame:
    """As `yfinance.download` answers: two rows of column heads."""
    both = pd.concat({"AAA": answer(), "BBB": answer(Close=[1.0, 2.0])}, axis=1, names=["Ticker", "Price"])
    return both.reorder_levels(order, axis=1).sort_index(axis=1)


@pytest.mark.parametrize("order", [["Price", "Ticker"], ["Ticker", "Price"]], ids="-".join)
def test_an_answer_with_two_rows_of_heads_is_each_symbols_own(order):
    for symbol, alone in (("AAA", answer()), ("BBB", answer(Close=[1.0, 2.0]))):
        assert yahoo.parse(beside_another(order), symbol, "XNYS").equals(yahoo.parse(alone, symbol, "XNYS"))
    with pytest.raises(SourceUnreadable, match="Yahoo's answer for CCC; found columns"):
        yahoo.parse(beside_another(order), "CCC", "XNYS")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda one: one.drop(columns="Close"), "no close among"),
        (lambda one: one.reset_index(drop=True), "an index of int64 where days were"),
    ],
    ids=["a column less", "no days"],
)
def test_a_layout_that_is_not_known_says_which_version_is(changed, words):
    with pytest.raises(SourceUnreadable, match=words + r".* \(yfinance .*\); next: Yahoo or yfinance changed its layout") as failure:
        yahoo.parse(changed(answer()), "AAA", "XNYS")
    assert "uv sync --extra yahoo" in str(failure.value)
    assert yahoo.LAYOUT_OF.replace(" ", "==") in (PROJECT / "pyproject.toml").read_text()


@pytest.mark.parametrize(("period", "first"), [("1y", dt.date(2023, 3, 1)), ("10y", dt.date(2014, 3, 1))])
def test_the_period_counts_back_from_the_last_session(period, first, monkeypatch):
    asked = []

    def history(symbol, start, last, timeout):
        asked.append((symbol, start, last))
        return answer()

    monkeypatch.setattr(yahoo, "_history", history)
    yahoo.fetch(yahoo.Params(symbols=("AAA", "BBB"), period=period), QUERY)
    assert asked == [("AAA", first, QUERY.last_session), ("BBB", first, QUERY.last_session)]


def test_a_period_that_yahoo_does_not_have_is_refused_when_the_file_is_read():
    with pytest.raises(ConfigError, match="period"):
        validated(yahoo.Params, {"symbols": ["AAA"], "period": "4y"}, "a market file")


def test_a_missing_package_says_how_to_install_it(market, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("yfinance"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="uv sync --extra yahoo"):
        sources.fetch(market("yahoo", symbols=["AAA"]), QUERY)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_without_a_network_the_error_says_so(market, monkeypatch, tmp_path):
    yfinance = pytest.importorskip("yfinance")
    yfinance.set_tz_cache_location(str(tmp_path))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # where nothing listens
    with pytest.raises(SourceUnreachable, match="an answer from Yahoo for AAA"):
        sources.fetch(market("yahoo", symbols=["AAA"], timeout_seconds=2), QUERY)
