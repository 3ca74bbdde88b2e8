"""A table with a column for each field of each ticker, as yfinance writes it, as one row a ticker and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.data.sources.reading.evidence.spelled import meant, missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

PRICES = ("open", "high", "low", "close")


def names_of(ticker: str, fields: tuple[str, ...], tickers: tuple[str, ...]) -> tuple[str, ...]:
    """The fields of one ticker in their places, and the day; others are nameless.

    >>> names_of("A", ("Date", "Close", "Close"), ("", "A", "B"))
    ('Date', 'Close', '')
    """
    return tuple(field if whose in {"", ticker} else "" for field, whose in zip(fields, tickers, strict=True))


def used_of(fields: tuple[str, ...]) -> set[int]:
    """The places of fields that a bar has."""
    wanted = set(meant(tuple(dict.fromkeys(fields)), "", {}, {}, symbol=False).places.values())
    spelled = {name for at, name in enumerate(dict.fromkeys(fields)) if at in wanted}
    return {at for at, name in enumerate(fields) if name in spelled}


def unpivoted(
    fields: tuple[str, ...], tickers: tuple[str, ...], columns: Mapping[int, pa.Array], day: pa.Array, where: str,
    optional: frozenset[str] = frozenset(),
) -> pa.Table:  # fmt: skip
    """The tickers one below the other; a day on which a ticker has no price is no bar of it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    tables = []
    for ticker in dict.fromkeys(ticker for ticker in tickers if ticker):
        names = names_of(ticker, fields, tickers)
        places = meant(names, f"{where}, {ticker}", {}, {}, symbol=False).places
        absent = missing(names, places, f"{where}, {ticker}", optional)
        if absent:
            raise absent
        own = {ours: columns[place] for ours, place in places.items() if ours != "session"}
        table = pa.table({"symbol": pa.repeat(pa.scalar(ticker, pa.string()), len(day)), "session": day, **own})
        there = [table[name].combine_chunks().is_valid() for name in PRICES]
        tables.append(table.filter(pc.or_(pc.or_(there[0], there[1]), pc.or_(there[2], there[3]))))
    return pa.concat_tables(tables)
