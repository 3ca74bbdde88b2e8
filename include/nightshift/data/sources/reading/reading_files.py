"""One file of bars: recognised, read, and whether it is of one symbol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nightshift.data.sources.reading.bar_file import PARQUET, BarFile
from nightshift.data.sources.reading.opened import opened
from nightshift.data.sources.reading.parquet_table import columns_meant, names_in, parquet_table
from nightshift.data.sources.reading.recognised import Recognised, VendorTable
from nightshift.data.sources.reading.settled import NOTHING_SETTLED, Settled
from nightshift.data.sources.reading.text_form import recognised_text
from nightshift.data.sources.reading.text_table import text_table
from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES
from nightshift.data.sources.spellings import as_bars
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

_LONG_NUMBER = re.compile(r"\d{8}")  # a download's time or day, as in HistoricalData_1700000000000.csv


def vendor_table(file: BarFile, settled: Settled = NOTHING_SETTLED, calendar: str | None = None) -> VendorTable:
    """The file's rows under our names with its form; without a calendar, days are weighed by weekdays."""
    table = parquet_table(file, settled, calendar) if file.ending in PARQUET else text_table(file, settled, calendar)
    unread = [name for name in settled.optional if name in table.rows.column_names]
    return VendorTable(table.form, table.rows.drop_columns(unread)) if unread else table


def recognised_in(file: BarFile, table: VendorTable) -> Recognised:
    """What is in a file that was read."""
    import pyarrow.compute as pc

    rows = table.rows
    symbols = tuple(sorted(set(map(str, pc.unique(rows["symbol"]).to_pylist())))) if "symbol" in rows.column_names else (file.symbol,)
    span = pc.min_max(rows["session"]).as_py()
    return Recognised(table.form, symbols, len(rows), span["min"], span["max"], (*table.form.notes, *_of_rows(file, table)))


def recognise(file: BarFile, settled: Settled = NOTHING_SETTLED, calendar: str | None = None) -> Recognised:
    """How a file is written and what is in it, by all of its rows."""
    return recognised_in(file, vendor_table(file, settled, calendar))


def bars_of(file: BarFile, table: VendorTable, calendar: str, delay_minutes: int = ASSUMED_DELAY_MINUTES) -> pa.Table:
    """A file's rows as `BAR_ROW`."""
    import pyarrow as pa

    try:
        return as_bars(table.rows, file.symbol, calendar, delay_minutes)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SourceUnreadable(
            expected=f"bars in {file.label} whose `observed_at` are instants such as 2026-11-19T22:00:00Z",
            found=" ".join(str(error).split())[:300], next_step="correct that column",
        ) from None  # fmt: skip


def with_symbol(file: BarFile, table: VendorTable) -> pa.Table:
    """A file's rows, each with its symbol and all numbers as floats: what tables of several files can be joined by."""
    import pyarrow as pa

    rows = table.rows
    symbol = (
        rows["symbol"].cast(pa.string()) if "symbol" in rows.column_names else pa.repeat(pa.scalar(file.symbol, pa.string()), len(rows))
    )
    numbers = sorted(set(rows.column_names) - {"symbol", "session"})
    return pa.table({"symbol": symbol, "session": rows["session"], **{name: rows[name].cast(pa.float64()) for name in numbers}})


def is_one_symbol(file: BarFile, settled: Settled = NOTHING_SETTLED) -> bool:
    """Whether nothing in the file tells symbols apart; of a file that cannot be recognised its name says whose it is."""
    try:
        if file.ending in PARQUET:
            names, tickers = names_in(file)
            return not tickers and "symbol" not in columns_meant(names, tickers, file, settled).places
        text = recognised_text(opened(file), settled)
    except SourceUnreadable:
        return True
    return not text.header.tickers and "symbol" not in text.meant.places


def _of_rows(file: BarFile, table: VendorTable) -> tuple[str, ...]:
    notes = []
    if file.is_copy:
        notes.append(f"named as a copy of {file.symbol!r}")
    if table.form.symbol_from == "file name" and _LONG_NUMBER.search(file.symbol):
        notes.append(f"the symbol is the file's name, {file.symbol!r}: name the file like its symbol")
    if table.form.date_order == "epoch":
        notes.append("days are those of UTC")
    return tuple(notes)
