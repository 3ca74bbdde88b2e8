"""Bars from Yahoo Finance through yfinance (the optional extra `yahoo`)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from nightshift.config import Closed
from nightshift.data.sources.source import Query, Source, bar_schema
from nightshift.data.sources.spellings import as_bars, meant
from nightshift.errors import ConfigError, SourceUnreachable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class Params(Closed):
    """Which symbols, and how far back."""

    symbols: tuple[str, ...] = Field(min_length=1)
    period: Literal["1y", "2y", "3y", "5y", "10y"] = "5y"
    timeout_seconds: float = Field(10.0, gt=0, le=60)


def fetch(params: Params, query: Query) -> pa.Table:
    """Every symbol's bars of the period before the last session."""
    import pyarrow as pa

    first = query.last_session.replace(day=min(query.last_session.day, 28), year=query.last_session.year - int(params.period[:-1]))
    start = max(first, query.start) if query.start else first
    wanted = [symbol for symbol in params.symbols if not query.symbols or symbol in query.symbols]
    tables = [parse(_history(symbol, start, query.last_session, params.timeout_seconds), symbol, query.calendar) for symbol in wanted]
    return pa.concat_tables(tables) if tables else bar_schema().empty_table()


def parse(answer: pd.DataFrame, symbol: str, calendar: str) -> pa.Table:
    """One symbol's answer (days as its index) as `BAR_ROW`: the adjusted close becomes the factor."""
    import pyarrow as pa

    if answer.empty:
        return bar_schema().empty_table()
    days = answer.index.strftime("%Y-%m-%d")
    named = answer.reset_index(drop=True).assign(Date=list(days))
    columns = meant([str(name) for name in named.columns], f"Yahoo's answer for {symbol}")
    return as_bars(
        pa.Table.from_pandas(named[list(columns.values())], preserve_index=False).rename_columns(list(columns)), symbol, calendar
    )


def _history(symbol: str, first: dt.date, last: dt.date, timeout_seconds: float) -> pd.DataFrame:
    try:
        import yfinance
        from yfinance.exceptions import YFException
    except ImportError:
        raise ConfigError(
            expected="the package yfinance", found="it is not installed", next_step="install the extra: uv sync --extra yahoo"
        ) from None
    from curl_cffi.requests.exceptions import RequestException

    yfinance.config.debug.hide_exceptions = False  # else a failure looks like an empty market
    try:
        end = str(last + dt.timedelta(days=1))
        answer = yfinance.Ticker(symbol).history(start=str(first), end=end, auto_adjust=False, timeout=timeout_seconds)
    except (YFException, RequestException, OSError) as error:
        told = " ".join(str(error).split())[:200]
        raise SourceUnreachable(
            expected=f"an answer from Yahoo for {symbol} within {timeout_seconds:g} s", found=f"{type(error).__name__}: {told}",
            next_step="check the network and the symbol, or use a folder source",
        ) from None  # fmt: skip
    return answer


SOURCE = Source("yahoo", Params, fetch)
