"""Cells of a delimited text as Arrow columns: numbers at once where they are bare, else as text under the file's marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from nightshift.data.sources.reading.evidence.headers import Header, cells_of
from nightshift.data.sources.reading.evidence.marks import BLANKS, Marks, as_numbers, marks_of
from nightshift.data.sources.reading.opened import Opened
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

_ANY_MARK = r"[.,'’_\x{a0}\x{202f}\x{2009}]|\d \d"


@dataclass(frozen=True)
class Cells:
    """The columns that were wanted, by their places, and the marks under which the numbers were read."""

    columns: dict[int, pa.ChunkedArray]
    marks: Marks


def cells(whole: Opened, header: Header, text: set[int], numbers: set[int], marks: Marks, decimal: str | None) -> Cells:
    """The columns at these places; `marks` is what the head and the tail say, and is decided here by every row where that is open."""
    import pyarrow as pa

    if marks.bare and marks.decimal and not marks.thousands:
        try:
            return Cells(_parsed(whole, header, text, numbers, marks.decimal), marks)
        except pa.ArrowInvalid:
            pass  # a row that the head and the tail did not show: as text, where its line and value can be named
    try:
        columns = _parsed(whole, header, text | numbers, set(), ".")
    except pa.ArrowInvalid as error:
        _refuse_ragged(whole, header, str(error))
    marks = marks_of_every_row([columns[place] for place in sorted(numbers)], marks, decimal, whole.file.label)
    for place in numbers:
        values, wrong = as_numbers(columns[place].combine_chunks(), marks)
        if wrong is not None:
            raise unreadable(whole, header, wrong, header.names[place], columns[place][wrong].as_py())
        columns[place] = values
    return Cells(columns, marks)


def unreadable(whole: Opened, header: Header, row: int, name: str, value: object) -> SourceUnreadable:
    """The refusal of one cell, by its line."""
    return SourceUnreadable(
        expected=f"a bar in {whole.file.label}, line {line_of(whole, header, row)}, column {name!r}", found=repr(value),
        next_step="correct or delete that line (dates as 2026-11-19, numbers with a decimal point)",
    )  # fmt: skip


def line_of(whole: Opened, header: Header, row: int) -> int:
    """The line of the file in which a row of the table stands; empty lines are no rows."""
    at = [number for number, line in enumerate(whole.lines(), 1) if line.strip() and number > header.before_bars]
    return at[row] if row < len(at) else len(at)


def _parsed(whole: Opened, header: Header, text: set[int], numbers: set[int], decimal: str) -> dict[int, pa.ChunkedArray]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    wanted = sorted(text | numbers)
    types = {f"f{place}": pa.string() if place in text else pa.float64() for place in wanted}
    table = arrow_csv.read_csv(
        whole.stream(),
        read_options=arrow_csv.ReadOptions(
            skip_rows=header.before_bars, autogenerate_column_names=True, use_threads=True
        ),
        parse_options=arrow_csv.ParseOptions(delimiter=header.delimiter),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types, include_columns=list(types), include_missing_columns=True, null_values=list(BLANKS),
            strings_can_be_null=False, decimal_point=decimal,
        ),
    )  # fmt: skip
    return {place: table[f"f{place}"] for place in wanted}


def marks_of_every_row(columns: list[pa.ChunkedArray], marks: Marks, decimal: str | None, where: str) -> Marks:
    """The marks by every number that has one; what has two readings to the end is refused with both."""
    import pyarrow.compute as pc

    seen: set[str] = set()
    for column in columns:
        seen |= set(pc.unique(column.filter(pc.match_substring_regex(column, _ANY_MARK))).to_pylist())
    if not seen and not marks.example:
        return marks
    known = marks.decimal or decimal
    every = marks_of(sorted(seen), known)
    if every.contradiction:
        raise SourceUnreadable(
            expected=f"numbers with one decimal mark in {where}", found=every.contradiction,
            next_step="save the file again with one way of writing numbers",
        )  # fmt: skip
    if every.decimal is None and every.example:
        raise SourceUnreadable(
            expected=f"numbers with one reading in {where}",
            found=f"{every.example!r}, which is {_read_as(every.example, ',', '.')} or {_read_as(every.example, '.', ',')}, "
            "and no other number in the file decides",
            next_step="write `decimal: point` or `decimal: comma` under `source:`",
        )
    return every


def _read_as(number: str, thousands: str, decimal: str) -> str:
    return number.replace(thousands, "").replace(decimal, ".")


def _refuse_ragged(whole: Opened, header: Header, told: str) -> NoReturn:
    """Arrow says that a row has another number of cells; which one, its threads do not know."""
    width, expected = 0, f"a table in {whole.file.label}"
    for number, line in enumerate(whole.lines(), 1):
        if number <= header.before_bars or not line.strip():
            continue
        here = len(cells_of(line, header.delimiter))
        width = width or here
        if here != width:
            hint = " (decimal commas or thousands marks without quotes cut a number in two)" if header.delimiter == "," else ""
            raise SourceUnreadable(
                expected=f"{width} columns in {whole.file.label}, line {number}", found=f"{here}: {line.strip()[:80]!r}",
                next_step=f"correct or delete that line{hint}",
            )  # fmt: skip
    raise SourceUnreadable(expected=expected, found=re.sub(r"\s+", " ", told)[:300], next_step="save it again as CSV in UTF-8")
