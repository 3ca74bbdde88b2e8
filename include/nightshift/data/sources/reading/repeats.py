"""A symbol in two files: a copy of a download, or two files that say other things of the same sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.data.sources.reading.bar_file import BarFile
from nightshift.data.sources.reading.recognised import Unread

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

NAMED_SYMBOLS = 3
MOSTLY = 0.9  # of the sessions that two spellings share have the same close: they are one symbol
COMPARED = ("symbol", "session", "close", "observed_at")
KEY = ("key", "session", "seen")


@dataclass(frozen=True, eq=False)  # eq=False: a table has no single truth value
class Slim:
    """What tells two files' bars apart: symbol, session, close and, where a file says it, when each was seen."""

    file: BarFile
    name: str
    symbols: tuple[str, ...]
    rows: pa.Table


def slim(file: BarFile, name: str, rows: pa.Table) -> Slim:
    """A file's rows, cut to what is compared."""
    import pyarrow.compute as pc

    several = "symbol" in rows.column_names
    symbols = tuple(map(str, pc.unique(rows["symbol"]).to_pylist())) if several else (file.symbol,)
    return Slim(file, name, symbols, rows.select([column for column in COMPARED if column in rows.column_names]))


def repeats(files: Sequence[Slim]) -> list[Unread]:
    """Each file that says again, or otherwise, what another says of a symbol; one that is named as a copy is the second."""
    holders = Counter(name for file in files for name in {symbol.casefold() for symbol in file.symbols})
    if not any(count > 1 for count in holders.values()):
        return []
    order = sorted(files, key=lambda file: file.file.is_copy)
    shared = [row for row in _shared(order).iter_rows(named=True) if _is_wrong(row)]
    pairs = dict.fromkeys((row["file"], row["file_right"]) for row in shared)
    return [
        _said(order[first], order[second], [row for row in shared if (row["file"], row["file_right"]) == (first, second)])
        for first, second in pairs
    ]


def _shared(files: Sequence[Slim]) -> pl.DataFrame:
    """Pairs of files by symbol: how many sessions they share, how many of them with the same close, and the first with another."""
    import polars as pl

    rows = pl.concat([_frame(at, file) for at, file in enumerate(files)]).unique([*KEY, "file"], keep="first", maintain_order=True)
    several = rows.filter(pl.struct(KEY).is_duplicated())
    pairs = (
        several.join(several, on=KEY, nulls_equal=True).filter(pl.col("file") < pl.col("file_right")).sort("file", "file_right", "session")
    )
    same = pl.col("close").eq_missing(pl.col("close_right"))
    sizes = rows.group_by("file", "key").len("held").rename({"file": "file_right"})
    return (
        pairs.group_by("file", "file_right", "key", maintain_order=True)
        .agg(
            pl.col("symbol", "symbol_right").first(), pl.len().alias("sessions"), same.sum().alias("same"),
            pl.col("session", "close", "close_right").filter(~same).first(),
        )
        .join(sizes, on=["file_right", "key"], maintain_order="left")
    )  # fmt: skip


def _frame(at: int, file: Slim) -> pl.DataFrame:
    import polars as pl

    rows = pl.DataFrame(pl.from_arrow(file.rows))
    symbol = pl.col("symbol").cast(pl.String) if "symbol" in rows.columns else pl.lit(file.file.symbol)
    seen = pl.col("observed_at").cast(pl.String) if "observed_at" in rows.columns else pl.lit(None, pl.String)
    return rows.select(symbol.alias("symbol"), "session", "close", seen.alias("seen"), pl.lit(at).alias("file")).with_columns(
        key=pl.col("symbol").str.to_lowercase()
    )


def _is_wrong(row: dict) -> bool:
    """Downloads that overlap and say the same are well; so are symbols that differ in capitals and in their bars."""
    if row["symbol"] != row["symbol_right"] and row["same"] < MOSTLY * row["sessions"]:
        return False
    return row["same"] < row["sessions"] or row["sessions"] == row["held"]


def _said(first: Slim, second: Slim, shared: list[dict]) -> Unread:
    names = [" and ".join(sorted({row["symbol"], row["symbol_right"]})) for row in shared]
    symbols = ", ".join(names[:NAMED_SYMBOLS]) + (f" and {len(names) - NAMED_SYMBOLS} more" if len(names) > NAMED_SYMBOLS else "")
    other = next((row for row in shared if row["same"] < row["sessions"]), None)
    words = f"other bars: on {other['session']} {other['close']:g} there and {other['close_right']:g} here" if other else "the same bars"
    return Unread(
        file=second.name, expected=f"each symbol's sessions in one file, not in {first.name} and {second.name}",
        found=f"{sum(row['sessions'] for row in shared)} sessions of {symbols} in both, with {words}",
        next_step="keep the right one of the two", ignore=second.name,
    )  # fmt: skip
