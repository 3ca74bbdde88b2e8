"""How vendors spell the columns of a bar, and a vendor's table as `BAR_ROW`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.sources.payouts import with_payouts
from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES, bar_schema, observed_after_close
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

# Compared in lower case without blanks, underscores, dots and dashes.
SPELLINGS = {
    "session": ("session", "date", "day", "datetime", "timestamp", "time", "tradingday", "tradedate", "index"),
    "symbol": ("symbol", "ticker", "name", "asset", "instrument", "sid", "code"),
    "open": ("open", "openprice"),
    "high": ("high", "highprice"),
    "low": ("low", "lowprice"),
    "close": ("close", "closeprice"),
    "volume": ("volume", "vol", "sharestraded"),
    "adj_factor": ("adjfactor", "adjustmentfactor"),
    "adj_close": ("adjclose", "adjustedclose", "adjcloseprice"),
    "observed_at": ("observedat", "availableat", "knownat"),
    "dividend": ("dividends", "dividend", "divcash", "dividendamount"),
    "split": ("stocksplits", "stocksplit", "splitfactor", "splitcoefficient"),  # new shares for an old one; 0 or 1: none
}
REQUIRED = ("session", "open", "high", "low", "close", "volume")


def meant(columns: list[str], where: str) -> dict[str, str]:
    """Our name → the column of the file that means it; the earlier spelling wins where two are there.

    >>> meant(["Date", "Open", "High", "Low", "Close", "Adj Close", "Volume"], "a.csv")["adj_close"]
    'Adj Close'
    """
    plain = {"".join(c for c in column.strip().lower() if c not in " _.-"): column for column in reversed(columns)}
    found = {ours: plain[spelled] for ours, spellings in SPELLINGS.items() for spelled in reversed(spellings) if spelled in plain}
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise SourceUnreadable(
            expected=f"columns date, open, high, low, close and volume (any common spelling) in {where}",
            found=f"no {', '.join(missing)} among {', '.join(columns) or 'no columns at all'}",
            next_step="rename the columns in the file's header",
        )
    return found


def as_bars(vendor: pa.Table, symbol: str, calendar: str, delay_minutes: int = ASSUMED_DELAY_MINUTES) -> pa.Table:
    """A table under our names (see `meant`) as `BAR_ROW`: what is missing is derived.

    Without a symbol column every row is of `symbol`; without `observed_at` a bar was known `delay_minutes` after its
    session's close; without a factor the prices are taken as adjusted already. Dividends and splits of the vendor's own columns that
    a factor does not know are mended in it, and noted with the table.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    have = {name: vendor[name] for name in vendor.column_names}
    numbers = {name: pc.cast(have[name], pa.float64()) for name in (*REQUIRED[1:], "adj_factor", "adj_close") if name in have}
    if "adj_factor" not in numbers:
        ratio = pc.divide(numbers["adj_close"], numbers["close"]) if "adj_close" in numbers else pa.nulls(len(vendor), pa.float64())
        numbers["adj_factor"] = pc.if_else(pc.is_finite(ratio), ratio, pa.scalar(None, pa.float64()))
    numbers["adj_factor"] = pc.fill_null(numbers["adj_factor"], 1.0)
    numbers.setdefault("volume", pa.array(np.zeros(len(vendor))))  # of a source that says it has none
    session = as_session(have["session"])
    if "observed_at" in have:
        seen = as_instant(have["observed_at"])
    else:
        seen = pa.array(observed_after_close(calendar, session.to_numpy(), delay_minutes), pa.timestamp("us")).cast(
            pa.timestamp("us", tz="UTC")
        )
    symbols = have["symbol"].cast(pa.string()) if "symbol" in have else pa.repeat(pa.scalar(symbol, pa.string()), len(vendor))
    made = {"symbol": symbols, "session": session, **numbers, "observed_at": seen}
    bars = pa.table({field.name: made[field.name] for field in bar_schema()}, schema=bar_schema())
    if not {"dividend", "split"} & have.keys() or not {"adj_factor", "adj_close"} & have.keys():
        return bars  # without a factor of the vendor's, prices are adjusted already, or raw: the bars themselves have to show it
    paid, split = (_numbers_of(have[name], len(vendor)) if name in have else np.zeros(len(vendor)) for name in ("dividend", "split"))
    return with_payouts(bars, paid, split)


def _numbers_of(column: pa.ChunkedArray, rows: int) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.fill_null(pc.cast(column, pa.float64()), 0.0).to_numpy() if rows else np.zeros(0)


def as_session(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates: the first ten characters of text (the exchange's own day, whatever the time zone), or a date or instant."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return pc.utf8_slice_codeunits(column, 0, 10).cast(pa.date32())
    if pa.types.is_timestamp(column.type) and column.type.tz:
        return pc.local_timestamp(column).cast(pa.timestamp("us"), safe=False).cast(pa.date32(), safe=False)
    return (
        column.cast(pa.timestamp("us"), safe=False).cast(pa.date32(), safe=False)
        if pa.types.is_timestamp(column.type)
        else column.cast(pa.date32())
    )


def as_instant(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants in UTC; text without an offset, and naive instants, are taken as UTC."""
    import pyarrow as pa
    import pyarrow.compute as pc

    utc = pa.timestamp("us", tz="UTC")
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column.cast(utc)
    bare = np.array(
        [
            text is not None and not text.rstrip().endswith("Z") and "+" not in text[10:] and "-" not in text[10:]
            for text in column.to_pylist()
        ]
    )
    return pc.if_else(pa.array(bare), pc.binary_join_element_wise(column, "Z", ""), column).cast(utc)
