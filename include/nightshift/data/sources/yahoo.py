"""Bars from Yahoo Finance through yfinance (the optional extra `yahoo`)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from nightshift.config import Closed
from nightshift.data.sources.payouts import joined, with_notes
from nightshift.data.sources.source import Query, Source, bar_schema
from nightshift.data.sources.spellings import as_bars, meant
from nightshift.errors import ConfigError, SourceUnreachable, SourceUnreadable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LAYOUT_OF = "yfinance 1.7.0"


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
    return with_notes(pa.concat_tables(tables), joined(tables)) if tables else bar_schema().empty_table()


def parse(answer: pd.DataFrame, symbol: str, calendar: str) -> pa.Table:
    """One symbol's answer (days as its index) as `BAR_ROW`: the adjusted close becomes the factor.

    The columns are names alone, or names and symbols in two rows, either above the other, as `yfinance.download` gives them.
    """
    import pyarrow as pa

    if answer is None or answer.empty:
        return bar_schema().empty_table()
    one = _of_symbol(answer, symbol)
    if not hasattr(one.index, "strftime"):
        raise _other_layout(symbol, f"an index of {one.index.dtype} where days were")
    named = one.reset_index(drop=True).assign(Date=list(one.index.strftime("%Y-%m-%d")))
    try:
        columns = meant([str(name) for name in named.columns], f"Yahoo's answer for {symbol}")
    except SourceUnreadable as failure:
        raise _other_layout(symbol, failure.found) from None
    return as_bars(
        pa.Table.from_pandas(named[list(columns.values())], preserve_index=False).rename_columns(list(columns)), symbol, calendar
    )


def _of_symbol(answer: pd.DataFrame, symbol: str) -> pd.DataFrame:
    """The symbol's own columns, under one name each."""
    if answer.columns.nlevels == 1:
        return answer
    level = next((level for level in range(answer.columns.nlevels) if symbol in answer.columns.get_level_values(level)), None)
    if answer.columns.nlevels != 2 or level is None:
        heads = [" / ".join(map(str, head)) for head in answer.columns[:6]]
        raise _other_layout(symbol, f"columns {', '.join(heads)}")
    return answer.xs(symbol, axis=1, level=level)


def _other_layout(symbol: str, found: str) -> SourceUnreadable:
    import importlib.metadata

    try:
        version = importlib.metadata.version("yfinance")
    except importlib.metadata.PackageNotFoundError:
        version = "not installed"
    return SourceUnreadable(
        expected=f"days with Open, High, Low, Close, Adj Close and Volume in Yahoo's answer for {symbol}",
        found=f"{found} (yfinance {version})",
        next_step=f"Yahoo or yfinance changed its layout, known is that of {LAYOUT_OF}: uv sync --extra yahoo; or use a folder source",
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
