"""A vendor's text as a table under our names: its header, layout, marks and days recognised, its cells read once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nightshift.data.sources.reading.bar_file import BarFile
from nightshift.data.sources.reading.delimited import Cells, cells, unreadable
from nightshift.data.sources.reading.evidence.dates import kind_of
from nightshift.data.sources.reading.evidence.day_order import Days, days_of
from nightshift.data.sources.reading.evidence.headers import Header
from nightshift.data.sources.reading.evidence.marks import marks_of
from nightshift.data.sources.reading.evidence.spelled import plain
from nightshift.data.sources.reading.opened import opened
from nightshift.data.sources.reading.recognised import Form, VendorTable
from nightshift.data.sources.reading.settled import Settled
from nightshift.data.sources.reading.text_form import Text, form_of, named_day, recognised_text
from nightshift.data.sources.reading.wide import unpivoted, used_of
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

TEXT = ("session", "symbol", "observed_at")


def text_table(file: BarFile, settled: Settled, calendar: str | None) -> VendorTable:
    """The file's rows with its form."""
    text = recognised_text(opened(file), settled)
    read = _cells(text, settled)
    days = _days(text, read, settled, calendar)
    form = form_of(text, read.marks, days)
    columns, day = _without_blank_rows(text, read, days)
    if text.header.tickers:
        return VendorTable(form, unpivoted(text.header.names, text.header.tickers, columns, day, file.label, settled.optional))
    return _taken(text, columns, day, form)


def _cells(text: Text, settled: Settled) -> Cells:
    header, places = text.header, text.meant.places
    if header.tickers:
        words, numbers = {places["session"]}, {at for at in used_of(header.names) if header.tickers[at]}
    else:
        words = {places[ours] for ours in TEXT if ours in places} | {_place(header, column) for column, _ in text.layout.rows}
        numbers = {place for ours, place in places.items() if ours not in TEXT}
    others = [at for at in range(len(header.names)) if at not in words | numbers and not _has_days(text.sample, at)]
    marks = marks_of((row[at] for row in text.sample for at in sorted(numbers) if at < len(row)), settled.decimal_mark)
    if marks.decimal is None and not marks.contradiction:  # percent changes and turnovers are written alike
        decides = marks_of(row[at] for row in text.sample for at in others if at < len(row))
        marks = replace(marks, decimal=None if decides.contradiction else decides.decimal)
    return cells(text.whole, header, words, numbers, marks, settled.decimal_mark)


def _has_days(sample: list[list[str]], at: int) -> bool:
    return any(kind_of(row[at]) is not None for row in sample if at < len(row))


def _place(header: Header, column: str) -> int:
    """The place of the column with this plain name."""
    return next(at for at, name in enumerate(header.names) if plain(name) == column)


def _days(text: Text, read: Cells, settled: Settled, calendar: str | None) -> Days:
    import pyarrow as pa

    if "session" not in text.meant.places:
        named, rows = named_day(text.whole.file), len(next(iter(read.columns.values())))
        return Days(pa.array([named] * rows, pa.date32()), None, text.whole.file.name, None)
    place = text.meant.places["session"]
    days = days_of(read.columns[place], settled.dates, calendar, text.whole.file.label, settled.zone)
    if days.unread is not None:
        raise unreadable(text.whole, text.header, days.unread, text.header.names[place], days.example)
    return days


def _without_blank_rows(text: Text, read: Cells, days: Days) -> tuple[dict[int, pa.Array], pa.Array]:
    """Rows with nothing in them are no rows; a row with numbers and no day is a defect of the file."""
    import numpy as np
    import pyarrow as pa

    there = days.column.is_valid()
    if there.true_count == len(there):
        return dict(read.columns), days.column
    blank = ~there.to_numpy(zero_copy_only=False)
    for column in read.columns.values():
        said = blank & column.is_valid().to_numpy() if pa.types.is_floating(column.type) else np.zeros(len(blank), dtype=bool)
        if said.any():
            raise unreadable(text.whole, text.header, int(np.argmax(said)), text.header.names[text.meant.places["session"]], "no date")
    return {place: column.filter(there) for place, column in read.columns.items()}, days.column.filter(there)


def _refuse_nameless(text: Text, rows: pa.Table) -> None:
    import pyarrow.compute as pc

    at = pc.index(pc.utf8_trim_whitespace(rows["symbol"]), "").as_py()
    if at >= 0:
        raise SourceUnreadable(
            expected=f"a symbol in every row of {text.whole.file.label}", found=f"none on {rows['session'][at]}",
            next_step="complete or delete that row",
        )  # fmt: skip


def _taken(text: Text, columns: dict[int, pa.Array], day: pa.Array, form: Form) -> VendorTable:
    """Under our names, and only the rows that are daily bars of shares where the layout says how to tell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pa.table({**{ours: columns[place] for ours, place in text.meant.places.items()}, "session": day})
    notes = form.notes
    for column, values in text.layout.rows:
        said = pc.utf8_trim_whitespace(columns[_place(text.header, column)])
        wanted = pc.is_in(said, value_set=pa.array(values))
        left = sorted({word for word in pc.unique(said.filter(pc.invert(wanted))).to_pylist() if word})
        if left:
            notes = (*notes, f"only rows with {column} {', '.join(values)} are read; others are {', '.join(left[:8])}")
        columns, rows = {place: one.filter(wanted) for place, one in columns.items()}, rows.filter(wanted)
    if not len(rows):
        raise SourceUnreadable(
            expected=f"daily bars of shares in {form.file}", found=f"none ({'; '.join(notes)})", next_step="leave the file out"
        )
    if "symbol" in rows.column_names:
        _refuse_nameless(text, rows)
        rows = rows.set_column(rows.column_names.index("symbol"), "symbol", pc.utf8_trim_whitespace(rows["symbol"]))
    return VendorTable(replace(form, notes=notes), rows)
