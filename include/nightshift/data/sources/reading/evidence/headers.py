"""Where a text's header is, what separates its cells, and what its columns are called."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from nightshift.data.sources.reading.evidence.layouts import HEADLESS_BINANCE
from nightshift.data.sources.reading.evidence.spelled import is_session, plain, roles
from nightshift.errors import SourceUnreadable

DELIMITERS = (",", ";", "\t", "|")
SEARCHED_LINES = 15  # titles and addresses above a header are few
LEAST, ENOUGH = 4, 6  # columns of a bar that a header names at least; that end the search
_SAYS = re.compile(r"sep=(.)", re.IGNORECASE)
_FIELDS = frozenset(
    ["open", "high", "low", "close", "adjclose", "volume", "dividends", "stocksplits", "capitalgains", "repaired", "adjustedclose"]
)


@dataclass(frozen=True)
class Header:
    """How the cells of a text are laid out."""

    delimiter: str
    skipped: int  # lines above the header
    rows: int  # lines of the header
    names: tuple[str, ...]  # of a wide table: its fields, one a column
    tickers: tuple[str, ...] = ()  # of a wide table: whose field each column is
    skipped_text: str = ""

    @property
    def before_bars(self) -> int:
        """Lines above the first bar."""
        return self.skipped + self.rows


def header_of(head: str, where: str) -> Header:
    """The header among the first lines: the line that names most columns of a bar."""
    lines = re.split(r"\r\n|\n|\r", head)[: SEARCHED_LINES + 3]
    if not "".join(lines).strip():
        raise SourceUnreadable(expected=f"bars in {where}", found="an empty file", next_step="download it again")
    says = _SAYS.fullmatch(lines[0].strip())
    delimiters = (says[1],) if says else DELIMITERS
    best, most = None, LEAST - 1
    for at in range(1 if says else 0, min(len(lines), SEARCHED_LINES)):
        for delimiter in delimiters:
            named = roles(cells_of(lines[at], delimiter))
            if named > most:
                best, most = (at, delimiter), named
        if most >= ENOUGH:
            break
    if best is None:
        return _headless(lines, delimiters, says is not None, where)
    return _at(lines, *best)


def cells_of(line: str, delimiter: str) -> list[str]:
    """A line's cells without the blanks around them.

    >>> cells_of('"Date ","OPEN ", 1', ",")
    ['Date', 'OPEN', '1']
    """
    quoted = '"' in line
    cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), []) if quoted else line.split(delimiter)
    return [cell.strip() for cell in cells]


def _at(lines: list[str], at: int, delimiter: str) -> Header:
    """The header that begins here; yfinance writes one row for the fields, one for the tickers, one for the index."""
    above = " ".join(line.strip() for line in lines[:at] if line.strip())
    first, rows = cells_of(lines[at], delimiter), [cells_of(line, delimiter) for line in lines[at : at + 3]]
    if at and (wide := _wide(lines, at - 1, delimiter)):  # the tickers stand above the fields
        return wide
    return _wide(lines, at, delimiter) or Header(delimiter, at, 1, tuple(first), skipped_text=above if rows else "")


def _wide(lines: list[str], at: int, delimiter: str) -> Header | None:
    rows = [cells_of(line, delimiter) for line in lines[at : at + 3]]
    if len(rows) < 2 or len(rows[0]) != len(rows[1]) or len(rows[0]) < 2 or not _labels(rows[0][0], rows[1][0]):
        return None
    fields = next((row for row in rows[:2] if all(plain(cell) in _FIELDS for cell in row[1:])), None)
    if fields is None:
        return None
    tickers = rows[1] if fields is rows[0] else rows[0]
    if not all(tickers[1:]):
        return None
    third = len(rows) > 2 and rows[2] and is_session(rows[2][0]) and not any(rows[2][1:])
    return Header(delimiter, at, 3 if third else 2, ("Date", *fields[1:]), ("", *tickers[1:]))


def _labels(first: str, second: str) -> bool:
    """Whether the corner of two header rows is one of a wide table: `Price` over `Ticker`, `Date` over nothing, or nothing at all."""
    corner = {plain(first), plain(second)}
    return corner <= {"price", "ticker", "", "attributes", "symbols"} or (is_session(first) and not second)


def _headless(lines: list[str], delimiters: tuple[str, ...], says: bool, where: str) -> Header:
    for delimiter in delimiters:
        cells = cells_of(lines[1 if says else 0], delimiter)
        if len(cells) == len(HEADLESS_BINANCE) and re.fullmatch(r"\d{12,16}", cells[0]) and re.fullmatch(r"\d{12,16}", cells[6]):
            return Header(delimiter, int(says), 0, HEADLESS_BINANCE)
    line = next(line for line in lines if line.strip()).strip()
    raise SourceUnreadable(
        expected=f"a header with date, open, high, low, close and volume among the first lines of {where}",
        found=f"{line[:80]!r} in line 1" if len(line) < 1000 else "no such line",
        next_step="write that header above the bars",
    )  # fmt: skip
