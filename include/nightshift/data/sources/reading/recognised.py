"""What was recognised in a file of bars: how it is written, and what is in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

    import pyarrow as pa

DateOrder = Literal["year_first", "day_first", "month_first", "named_month", "compact", "epoch", "excel", "typed", "file_name"]
Adjusted = Literal["adj_close", "adj_factor", "unknown"]
SymbolFrom = Literal["file name", "column", "header"]


@dataclass(frozen=True)
class Form:
    """How a file is written, by its head and its tail."""

    file: str  # below the folder; of an archive `bars.zip/AAPL.csv`
    layout: str  # whose: "yfinance", "NSE bhavcopy", …; "table" where no vendor's is known
    ending: str  # ".csv", ".csv.gz", ".zip", ".parquet", …
    encoding: str | None  # "utf-8", "utf-16", "cp1252", …; none: not text
    delimiter: str | None
    decimal_mark: str | None  # none: no number of the head or the tail has one
    thousands_mark: str | None
    date_order: DateOrder | None  # none: the head and the tail leave it open, the whole file is looked at
    date_example: str
    time_zone: str | None  # as the file says it: "America/New_York", "UTC", "-05:00"; none: it does not
    symbol_from: SymbolFrom
    columns: tuple[tuple[str, str], ...]  # ours -> theirs; of a wide file their words for a symbol's columns
    unused: tuple[str, ...]  # columns that nothing here reads
    adjusted: Adjusted
    notes: tuple[str, ...]  # in words, for the person with the folder
    doubts: tuple[str, ...]  # those of them that would change what prices mean, if they were wrong: a night says them too


@dataclass(frozen=True)
class Recognised:
    """A file's form and its contents, by all of its rows."""

    form: Form
    symbols: tuple[str, ...]
    rows: int
    first_session: dt.date
    last_session: dt.date
    notes: tuple[str, ...]  # the form's, and what the rows say


@dataclass(frozen=True)
class Unread:
    """A file that cannot be read as bars, in the words of an error, with what would leave it out."""

    file: str
    expected: str
    found: str
    next_step: str
    ignore: str  # the pattern for `ignore:`
    settles: tuple[str, str] | None = None  # the key under `source:` that would let it be read, and its value


@dataclass(frozen=True)
class Survey:
    """A folder of files: what was recognised, what cannot be read, what is left out."""

    recognised: tuple[Recognised, ...]
    unread: tuple[Unread, ...]
    left_out: tuple[str, ...]  # files that are plainly no bars (desktop.ini), and those that `ignore:` names


@dataclass(frozen=True, eq=False)  # eq=False: a table has no single truth value
class VendorTable:
    """A file's rows under our names, as far as the file has them: days, numbers, and text as it stands."""

    form: Form
    rows: pa.Table


def adjusted_by(ours: Collection[str]) -> Adjusted:
    """How the file says what its prices are adjusted by; a factor says it outright.

    >>> adjusted_by(("session", "close", "adj_close"))
    'adj_close'
    """
    return "adj_factor" if "adj_factor" in ours else "adj_close" if "adj_close" in ours else "unknown"
