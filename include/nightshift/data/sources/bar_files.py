"""One CSV or Parquet file of bars; what cannot be read is named by file, line and column."""

from __future__ import annotations

import csv
import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES
from nightshift.data.sources.spellings import as_bars, as_instant, as_session, meant
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = (".csv", ".csv.gz", ".parquet")
BLANKS = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-"]


def read(file: Path, calendar: str, delay_minutes: int = ASSUMED_DELAY_MINUTES) -> pa.Table:
    """One file's bars as `BAR_ROW`; what cannot be read is named by file, line and column."""
    import pyarrow as pa

    vendor = _parquet(file) if file.name.endswith(".parquet") else _csv(file)
    try:
        return as_bars(vendor, symbol_of(file), calendar, delay_minutes)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise _first_unreadable(file, vendor, str(error)) from None


def symbol_of(file: Path) -> str:
    """The symbol that the file is named for."""
    return next(file.name.removesuffix(ending) for ending in sorted(ENDINGS, key=len, reverse=True) if file.name.endswith(ending))


def is_one_symbol(file: Path) -> bool:
    """Whether the file has no column that tells symbols apart."""
    import pyarrow.parquet as pq

    names = _header(file) if file.name.endswith((".csv", ".gz")) else pq.read_schema(file).names
    return "symbol" not in meant(list(names), str(file))


def _parquet(file: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        columns = meant(pq.read_schema(file).names, str(file))
        vendor = pq.read_table(file, columns=list(columns.values()), partitioning=None)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceUnreadable(
            expected=f"a Parquet file at {file}", found=_one_line(error), next_step="copy the file again, or take it out of the folder"
        ) from None
    return vendor.select(list(columns.values())).rename_columns(list(columns))


def _csv(file: Path) -> pa.Table:
    import pyarrow as pa

    columns = meant(_header(file), str(file))
    try:
        vendor = _parsed(file, columns, threads=True)
    except pa.ArrowInvalid:
        vendor = _parsed_again(file, columns)
    return vendor.select(list(columns.values())).rename_columns(list(columns))


def _parsed(file: Path, columns: dict[str, str], *, threads: bool) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    text = {"session", "symbol", "observed_at"}
    types = {theirs: pa.string() if ours in text else pa.float64() for ours, theirs in columns.items()}
    convert = arrow_csv.ConvertOptions(
        column_types=types, include_columns=list(columns.values()), null_values=BLANKS, strings_can_be_null=True
    )
    return arrow_csv.read_csv(file, read_options=arrow_csv.ReadOptions(use_threads=threads), convert_options=convert)


def _parsed_again(file: Path, columns: dict[str, str]) -> pa.Table:
    """On one thread, where Arrow can say which row it stumbled over."""
    import pyarrow as pa

    try:
        return _parsed(file, columns, threads=False)
    except pa.ArrowInvalid as error:
        told = _one_line(error)
        row = re.search(r"Row #(\d+)", told)
        column = re.search(r"CSV column '?([^':]+)'?", told)
        at = f"line {row[1]}" if row else "a line"
        name = column[1].lstrip("#") if column else ""
        header = _header(file)
        name = header[int(name)] if name.isdigit() and int(name) < len(header) else name
        raise _unreadable(file, at, name, told) from None


def _first_unreadable(file: Path, vendor: pa.Table, told: str) -> SourceUnreadable:
    """Which value of the text columns made the conversion fail."""
    import pyarrow as pa

    for name, convert in (("session", as_session), ("observed_at", as_instant)):
        for place in range(len(vendor) if name in vendor.column_names else 0):
            try:
                convert(vendor[name].slice(place, 1))
            except pa.ArrowInvalid:
                return _unreadable(file, f"line {place + 2}", name, repr(vendor[name][place].as_py()))
    return _unreadable(file, "a row", "", told)


def _unreadable(file: Path, at: str, column: str, found: str) -> SourceUnreadable:
    where = f"{file}, {at}" + (f", column {column!r}" if column else "")
    return SourceUnreadable(
        expected=f"a bar in {where}",
        found=found,
        next_step="correct or delete that line (dates as 2026-11-19, numbers with a decimal point)",
    )


def _header(file: Path) -> list[str]:
    try:
        with gzip.open(file, "rb") if file.name.endswith(".gz") else file.open("rb") as lines:
            first = lines.readline().decode("utf-8-sig")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise SourceUnreadable(
            expected=f"a CSV file in UTF-8 at {file}", found=_one_line(error), next_step="save it as UTF-8 text"
        ) from None
    return next(csv.reader([first]), [])


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
