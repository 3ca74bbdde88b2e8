"""What lies in a folder: every file recognised by the reader of the nights, files that are alike said once, and their days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.sources import reading
from nightshift.data.sources.reading.reading_files import recognised_in
from nightshift.data.sources.source import bar_schema
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.data.sources.reading import BarFile, Recognised, Settled, Unread, VendorTable

WEEKLY_DAYS = 4.5  # between two bars, at the median, from which on they are no daily bars
STRAY_FRACTION = 0.05  # of the usual number of bars: a day with fewer is a slip of some files, and says nothing about the calendar


@dataclass(frozen=True)
class Alike:
    """Files that are written the same way."""

    first: Recognised
    files: tuple[Recognised, ...]

    @property
    def rows(self) -> int:
        """Rows of all of them."""
        return sum(file.rows for file in self.files)

    @property
    def zones(self) -> tuple[str, ...]:
        """The time zones that they name."""
        return tuple(sorted({file.form.time_zone for file in self.files if file.form.time_zone}))

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols of all of them."""
        return tuple(sorted({symbol for file in self.files for symbol in file.symbols}))


@dataclass(frozen=True, eq=False)  # eq=False: a table has no single truth value
class SeenFolder:
    """A folder as the reader of the nights sees it; `tables` are the files that can be read."""

    files: reading.FolderFiles
    recognised: tuple[Recognised, ...]
    unread: tuple[Unread, ...]
    tables: tuple[tuple[BarFile, VendorTable], ...]
    settled: Settled  # by hand, or where every file asks for the same key

    @property
    def ignore(self) -> tuple[str, ...]:
        """The patterns under `ignore:` that leave out what cannot be read."""
        return tuple(dict.fromkeys(file.ignore for file in self.unread))

    @property
    def alike(self) -> tuple[Alike, ...]:
        """The files by how they are written, the largest group first."""
        groups = defaultdict(list)
        for file in self.recognised:
            groups[_how(file)].append(file)
        return tuple(Alike(group[0], tuple(group)) for group in sorted(groups.values(), key=len, reverse=True))

    def days(self) -> np.ndarray:
        """The days on which the folder's symbols were traded, ascending, without those of a few slips."""
        every = np.concatenate([table.rows["session"].to_numpy().astype("datetime64[D]") for _, table in self.tables])
        days, bars = np.unique(every, return_counts=True)
        return days[bars >= STRAY_FRACTION * np.median(bars)]

    def bars(self, calendar: str, delay_minutes: int) -> pa.Table:
        """Every file's rows as `BAR_ROW`."""
        import pyarrow as pa

        tables = [reading.bars_of(file, table, calendar, delay_minutes) for file, table in self.tables]
        return pa.concat_tables(tables) if tables else bar_schema().empty_table()


def seen(folder: str, settled: Settled, calendar: str | None) -> SeenFolder:
    """Every file of a folder recognised and read; refused where none can be."""
    files = reading.files_below(folder, settled.ignore)
    taken: list[tuple[BarFile, VendorTable]] = []
    unread = reading.read_each(
        files, files.read, lambda file: reading.vendor_table(file, settled, calendar), lambda file, table: taken.append((file, table))
    )
    out = {file.file for file in unread}
    left = tuple((file, table) for file, table in taken if files.name_of(file) not in out)
    asks = {file.settles for file in unread}
    if not left and len(asks) == 1 and (ask := asks.pop()) and getattr(settled, ask[0]) is None:
        return seen(folder, settled.model_copy(update=dict([ask])), calendar)
    if not left:
        reading.refuse(files, unread)
        raise SourceUnreadable(expected=f"bars in {files.place}", found="no file with rows", next_step="put bars there")
    if all(_has_no_volume(table) for _, table in left):
        settled = settled.model_copy(update={"volume": "none"})
    return SeenFolder(files, tuple(recognised_in(file, table) for file, table in left), unread, left, settled)


def _has_no_volume(table: VendorTable) -> bool:
    """Whether no bar says that anything was traded: of an index or a currency some vendors write 0."""
    import pyarrow.compute as pc

    return "volume" not in table.rows.column_names or not pc.any(pc.greater(table.rows["volume"].cast("float64"), 0.0)).as_py()


def daily(files: SeenFolder) -> np.ndarray:
    """The days of the folder; bars of other spans than a day are refused by name."""
    days = files.days()
    apart = float(np.median(np.diff(days).astype(int))) if len(days) > 2 else 1.0
    if apart > WEEKLY_DAYS:
        raise SourceUnreadable(
            expected=f"daily bars in {files.files.place}", found=f"a bar every {apart:g} days: weekly or monthly bars",
            next_step="fetch daily bars: every column, label and cost here is of a session",
        )  # fmt: skip
    return days


def _how(file: Recognised) -> tuple:
    form = file.form
    return (
        form.layout, form.ending, form.delimiter, form.decimal_mark, form.thousands_mark, form.date_order, form.time_zone is None,
        form.symbol_from, form.columns, form.unused, form.adjusted, file.notes,
    )  # fmt: skip
