"""A Parquet file of bars under our names; what its types leave open is decided as in text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nightshift.data.sources.reading.bar_file import BarFile
from nightshift.data.sources.reading.delimited import marks_of_every_row
from nightshift.data.sources.reading.evidence.day_order import Days, days_of
from nightshift.data.sources.reading.evidence.layouts import layout_of
from nightshift.data.sources.reading.evidence.marks import Marks, as_numbers
from nightshift.data.sources.reading.evidence.spelled import Meant, meant, missing
from nightshift.data.sources.reading.evidence.zones import typed_days
from nightshift.data.sources.reading.opened import opened
from nightshift.data.sources.reading.recognised import Form, VendorTable, adjusted_by
from nightshift.data.sources.reading.settled import Settled
from nightshift.data.sources.reading.wide import names_of, unpivoted, used_of
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

TEXT = ("session", "symbol", "observed_at")


def parquet_table(file: BarFile, settled: Settled, calendar: str | None) -> VendorTable:
    """The file's rows with its form; only the columns of bars are read."""
    import pyarrow as pa

    names, tickers = names_in(file)
    columns = columns_meant(names, tickers, file, settled)
    wanted = sorted(set(columns.places.values()) if not tickers else used_of(names))
    table = _read(file, wanted)
    if not len(table):
        raise SourceUnreadable(expected=f"bars in {file.label}", found="a table without rows", next_step="write it again")
    session = table.column(wanted.index(columns.places["session"]))
    days = _days(session, settled, calendar, file)
    read = {place: table.column(at) for at, place in enumerate(wanted)}
    numbers = {place for place in wanted if place not in {columns.places.get(ours) for ours in TEXT}}
    read |= {place: _numbers(read[place], names[place], settled, file) for place in numbers}
    form = _form(file, names, tickers, columns, days, session)
    if tickers:
        return VendorTable(form, unpivoted(names, tickers, read, days.column, file.label, settled.optional))
    ours = {ours: _plain(read[place]) for ours, place in columns.places.items()}
    return VendorTable(form, pa.table({**ours, "session": days.column}))


def columns_meant(names: tuple[str, ...], tickers: tuple[str, ...], file: BarFile, settled: Settled) -> Meant:
    """Which column is which; of a wide table its first ticker's."""
    shown = names_of(next(filter(None, tickers)), names, tickers) if tickers else names
    layout = layout_of(names, [])
    columns = meant(shown, file.label, layout.columns, settled.theirs, symbol=not tickers and not layout.not_symbol)
    absent = missing(shown, columns.places, file.label, settled.optional)
    if absent:
        raise absent
    return columns


def names_in(file: BarFile) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns' names and, of a wide table, their tickers; pandas writes two rows of names as pairs, `('Close', 'AAPL')`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = tuple(pq.read_schema(opened(file).stream()).names)
    except (pa.ArrowInvalid, OSError) as error:
        raise _no_parquet(file, error) from None
    pairs = [ast.literal_eval(name) if name.startswith("('") and name.endswith("')") else (name, "") for name in names]
    if not any(pair[1] for pair in pairs):
        return names, ()
    fields_first = sum(pair[0].lower() in {"open", "close", "volume"} for pair in pairs) > 0
    fields = tuple(pair[0] if fields_first or not pair[1] else pair[1] for pair in pairs)
    return fields, tuple(pair[1] if fields_first or not pair[1] else pair[0] for pair in pairs)


def _read(file: BarFile, places: list[int]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        whole = pq.ParquetFile(opened(file).stream())
        return pa.table(whole.read(columns=[whole.schema_arrow.names[place] for place in places]))
    except (pa.ArrowInvalid, OSError) as error:
        raise _no_parquet(file, error) from None


def _days(column: pa.ChunkedArray, settled: Settled, calendar: str | None, file: BarFile) -> Days:
    import pyarrow as pa

    if pa.types.is_temporal(column.type):
        days = typed_days(column, settled.zone, calendar, file.label)
        return Days(days.combine_chunks() if isinstance(days, pa.ChunkedArray) else days, None, "", None)
    if pa.types.is_floating(column.type):
        column = column.cast(pa.int64())
    days = days_of(_plain(column).cast(pa.string()), settled.dates, calendar, file.label, settled.zone)
    if days.unread is not None:
        raise _no_bar(file, days.unread, "the days", days.example)
    return days


def _numbers(column: pa.ChunkedArray, name: str, settled: Settled, file: BarFile) -> pa.ChunkedArray:
    import pyarrow as pa

    column = _plain(column)
    if not pa.types.is_string(column.type):
        return column.cast(pa.float64())
    decimal = settled.decimal_mark
    marks = marks_of_every_row([column], Marks(decimal, None, bare=False), decimal, f"{file.label}, column {name!r}")
    values, wrong = as_numbers(column.combine_chunks(), marks)
    if wrong is not None:
        raise _no_bar(file, wrong, name, column[wrong].as_py())
    return pa.chunked_array([values])


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


def _form(
    file: BarFile, names: tuple[str, ...], tickers: tuple[str, ...], columns: Meant, days: Days, session: pa.ChunkedArray
) -> Form:  # fmt: skip
    zone = getattr(session.type, "tz", None)
    used = set(columns.places.values()) if not tickers else used_of(names)
    return Form(
        file=file.label, layout="yfinance" if tickers else layout_of(names, []).name, ending=file.ending, encoding=None, delimiter=None,
        decimal_mark=None, thousands_mark=None, date_order=days.written if days.order else "typed",
        date_example=days.example or str(days.column[0]), time_zone=zone,
        symbol_from="header" if tickers else "column" if "symbol" in columns.places else "file name",
        columns=tuple((ours, names[place]) for ours, place in columns.places.items()),
        unused=tuple(dict.fromkeys(name for at, name in enumerate(names) if at not in used)), adjusted=adjusted_by(columns.places),
        notes=columns.notes, doubts=columns.notes,
    )  # fmt: skip


def _no_bar(file: BarFile, row: int, column: str, value: object) -> SourceUnreadable:
    return SourceUnreadable(
        expected=f"a bar in {file.label}, row {row + 1}, column {column!r}", found=repr(value), next_step="correct or delete that row"
    )


def _no_parquet(file: BarFile, error: Exception) -> SourceUnreadable:
    return SourceUnreadable(
        expected=f"a Parquet file at {file.label}", found=" ".join(str(error).split())[:300],
        next_step="copy the file again",
    )  # fmt: skip
