"""Bars from a folder of CSV and Parquet files: one file for all symbols, or one a symbol, named like it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from nightshift import PROJECT
from nightshift.config import Closed
from nightshift.data.sources.bar_files import ENDINGS, is_one_symbol, read, symbol_of
from nightshift.data.sources.source import ASSUMED_DELAY_MINUTES, Query, Source, bar_schema
from nightshift.errors import ConfigError, SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa


class Params(Closed):
    """Where the files are. A bar without `observed_at` counts as known `assumed_delay_minutes` after its session's close."""

    folder: str = Field(min_length=1)
    assumed_delay_minutes: int = Field(ASSUMED_DELAY_MINUTES, ge=0)


def fetch(params: Params, query: Query) -> pa.Table:
    """Every bar in the folder; the files are read in the order of their names."""
    import pyarrow as pa

    tables = [read(file, query.calendar, params.assumed_delay_minutes) for file in files_in(params.folder, query.symbols)]
    return pa.concat_tables(tables) if tables else bar_schema().empty_table()


def files_in(folder: str, symbols: tuple[str, ...] = ()) -> list[Path]:
    """The CSV and Parquet files below a folder, by name; a relative folder is one of the project.

    With one file a symbol, only the files of `symbols` are opened.
    """
    place = Path(folder).expanduser() if Path(folder).expanduser().is_absolute() else PROJECT / folder
    if not place.is_dir():
        raise ConfigError(
            expected=f"a folder of CSV or Parquet files at {place}", found="no such folder",
            next_step="create it and put AAPL.csv (Date, Open, High, Low, Close, Volume) and so on there, or one file with a Symbol column",
        )  # fmt: skip
    files = sorted(
        file for file in place.rglob("*") if file.is_file() and file.name.endswith(ENDINGS) and not file.name.startswith((".", "~"))
    )
    if not files:
        others = sorted(file.name for file in place.iterdir())[:5]
        raise SourceUnreadable(
            expected=f"files ending in {', '.join(ENDINGS)} in {place}", found=f"only {', '.join(others)}" if others else "an empty folder",
            next_step="put bars there, one file a symbol or one for all",
        )  # fmt: skip
    return [file for file in files if not symbols or symbol_of(file) in symbols or len(files) == 1 or not is_one_symbol(file)]


SOURCE = Source("folder", Params, fetch)
