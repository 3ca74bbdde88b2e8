"""How a vendor's text is written, by its head and its tail."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from nightshift.data.sources.reading.bar_file import BarFile
from nightshift.data.sources.reading.evidence.dates import zone_of
from nightshift.data.sources.reading.evidence.day_order import Days
from nightshift.data.sources.reading.evidence.headers import Header, cells_of, header_of
from nightshift.data.sources.reading.evidence.layouts import Layout, layout_of
from nightshift.data.sources.reading.evidence.marks import Marks
from nightshift.data.sources.reading.evidence.spelled import Meant, meant, missing
from nightshift.data.sources.reading.opened import Opened
from nightshift.data.sources.reading.recognised import Form, adjusted_by
from nightshift.data.sources.reading.settled import Settled
from nightshift.data.sources.reading.wide import names_of, used_of
from nightshift.errors import SourceUnreadable

HEAD_ROWS, TAIL_ROWS = 24, 8
_BSE_NAME = re.compile(r"EQ(?:_ISINCODE_)?(\d\d)(\d\d)(\d\d)", re.IGNORECASE)  # its file of a day says the day nowhere else


@dataclass(frozen=True)
class Text:
    """What the head and the tail of a text say."""

    whole: Opened
    header: Header
    layout: Layout
    meant: Meant
    sample: list[list[str]]


def recognised_text(whole: Opened, settled: Settled) -> Text:
    """Header, layout and columns, by the head and the tail."""
    where, head = whole.file.label, whole.head()
    header = header_of(head, where)
    sample = _sample(whole, head, header)
    if header.tickers:
        first = next(ticker for ticker in header.tickers if ticker)
        layout, names = Layout("yfinance", frozenset()), names_of(first, header.names, header.tickers)
    else:
        layout, names = layout_of(header.names, sample[0] if sample else []), header.names
    columns = meant(names, where, layout.columns, settled.theirs, symbol=not layout.not_symbol and not header.tickers)
    day_in_name = layout.name == "BSE bhavcopy" and named_day(whole.file) is not None
    absent = missing(names, columns.places, where, settled.optional | ({"session"} if day_in_name else frozenset()))
    if absent:
        raise absent
    if not sample:
        raise SourceUnreadable(expected=f"bars in {where}", found="a header without rows", next_step="download it again")
    _refuse_shifted(header, sample[0], where)
    return Text(whole, header, layout, columns, sample)


def _sample(whole: Opened, head: str, header: Header) -> list[list[str]]:
    lines = [line for line in re.split(r"\r\n|\n|\r", head)[header.before_bars :] if line.strip()][:HEAD_ROWS]
    tail = [line for line in re.split(r"\r\n|\n|\r", whole.tail()) if line.strip()][-TAIL_ROWS:]
    return [cells_of(line, header.delimiter) for line in (*lines, *tail)]


def _refuse_shifted(header: Header, first: list[str], where: str) -> None:
    """A row that is longer or shorter than its header has its values under other names."""
    more, fewer = first[len(header.names) :], header.names[len(first) :]
    if any(more) or any(fewer):
        hint = " (decimal commas or thousands marks without quotes cut a number in two)" if more and header.delimiter == "," else ""
        raise SourceUnreadable(
            expected=f"{len(header.names)} columns in {where}, line {header.before_bars + 1}, as its header has",
            found=f"{len(first)}: {header.delimiter.join(first)[:80]!r}", next_step=f"correct the header or the rows{hint}",
        )  # fmt: skip


def named_day(file: BarFile) -> dt.date | None:
    """The day in the name of BSE's bhavcopy: `EQ020124.CSV` is of 2 January 2024."""
    met = _BSE_NAME.match(file.name)
    return dt.date(2000 + int(met[3]), int(met[2]), int(met[1])) if met else None


def form_of(text: Text, marks: Marks, days: Days) -> Form:
    """What is said of the file, after its rows decided what the head and the tail had left open."""
    header, places = text.header, text.meant.places
    used = set(places.values()) if not header.tickers else used_of(header.names)
    above = (f"above the header: {header.skipped_text[:80]!r}",) if header.skipped_text else ()
    above = (
        (*above, f"{header.rows} header rows" if header.rows else "no header: the columns are those of the vendor")
        if header.rows != 1
        else above
    )
    return Form(
        file=text.whole.file.label, layout=text.layout.name, ending=text.whole.file.ending, encoding=text.whole.encoding,
        delimiter=header.delimiter, decimal_mark=marks.decimal, thousands_mark=marks.thousands,
        date_order=days.written, date_example=days.example, time_zone=zone_of(days.example),
        symbol_from="header" if header.tickers else "column" if "symbol" in places else "file name",
        columns=tuple((ours, header.names[place]) for ours, place in places.items()),
        unused=tuple(dict.fromkeys(name for at, name in enumerate(header.names) if name and at not in used)),
        adjusted=adjusted_by(places), notes=(*above, *((text.layout.note,) if text.layout.note else ()), *text.meant.notes),
        doubts=text.meant.notes,
    )  # fmt: skip
