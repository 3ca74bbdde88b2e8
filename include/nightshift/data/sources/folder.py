"""Bars from a folder of files as vendors give them: one file for all symbols, or one a symbol, named like it."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pydantic import Field

from nightshift.data.sources import reading
from nightshift.data.sources.payouts import joined, with_notes
from nightshift.data.sources.reading.keeping import unchanged_in
from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES, Query, Source, bar_schema
from nightshift.data.sources.spellings import as_bars

if TYPE_CHECKING:
    import pyarrow as pa

LOG = logging.getLogger("nightshift")


class Params(reading.Settled):
    """Where the files are, and what they leave open; a bar without `observed_at` is known `assumed_delay_minutes` after the close."""

    folder: str = Field(min_length=1)
    assumed_delay_minutes: int = Field(ASSUMED_DELAY_MINUTES, ge=0)


def fetch(params: Params, query: Query) -> pa.Table:
    """Every bar in the folder; the files are read in the order of their names, and all that is wrong with them is said at once."""
    import pyarrow as pa

    files, tables, alike = reading.files_below(params.folder, params.ignore), list[pa.Table](), defaultdict[tuple, list[pa.Table]](list)
    doubts = Counter[str]()
    wanted = [file for file in files.read if not query.symbols or _may_have(file, query.symbols, params, len(files.read))]

    def take(file: reading.BarFile, table: reading.VendorTable) -> None:
        """Closes are looked up once for all files that leave it to the calendar when their bars were known."""
        doubts.update(table.form.doubts)
        if "observed_at" in table.rows.column_names:
            tables.append(reading.bars_of(file, table, query.calendar, params.assumed_delay_minutes))
        else:
            alike[tuple(sorted(table.rows.column_names))].append(reading.with_symbol(file, table))

    before = unchanged_in(files, wanted, params, query.calendar, query.symbols)
    reading.refuse(files, reading.read_each(files, wanted, before.read, take))
    before.put_away()
    for doubt, n_files in doubts.items():
        LOG.warning("%s: %s (files: %d)", params.folder, doubt, n_files)
    tables += [as_bars(pa.concat_tables(same), "", query.calendar, params.assumed_delay_minutes) for same in alike.values()]
    return with_notes(pa.concat_tables(tables), joined(tables)) if tables else bar_schema().empty_table()


def _may_have(file: reading.BarFile, symbols: tuple[str, ...], params: Params, n_files: int) -> bool:
    """With one file a symbol, only the files of the symbols wanted are read."""
    return file.symbol in symbols or n_files == 1 or not reading.is_one_symbol(file, params)


SOURCE = Source("folder", Params, fetch)
