"""The column store: a night's panel is a list of blocks of sessions, each under the address that its own bars, columns and label give.

`train|validate|test|latest` are read from the blocks' tables: one row per symbol and session, read lazily. The arrays that families
are fed from are the same numbers, memory-mapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.bar_blocks import ends_of
from nightshift.data.columns.column import Column
from nightshift.data.columns.storing import row_blocks, value_blocks, value_files
from nightshift.data.columns.storing.account import left_out, rows_by_reason
from nightshift.data.splits import Ordered, ordered
from nightshift.errors import DataRefused
from nightshift.nouns.bars import frozen
from nightshift.nouns.dataset import BarBlocks, PanelRecord, PartRows, SplitRecord
from nightshift.nouns.panel import Panel
from nightshift.storage import addresses, fingerprints, store
from nightshift.storage.night import Night

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

PARTS = ("train", "validate", "test", "latest")


@dataclass(frozen=True, eq=False)
class Stored:
    """The blocks of one panel, and what is known of them without reading them."""

    columns: list[Column]
    dropped: dict[str, str]
    values: list[str]
    rows: list[str]
    facts: value_files.Facts


def store_panel(night: Night) -> str:
    """Compute the night's columns, label and split, keep them, and return their address; kept ones are not computed again."""
    from nightshift.data.quality import blocks_of

    bars = blocks_of(night)
    split = ordered(len(bars.sessions), night.market.split, night.market.label.reach_sessions)
    stored = _stored(night, bars, split)
    asked = [night.market.label.model_dump(), night.market.split.model_dump(), night.options.symbols]
    key = [PanelRecord.SCHEMA, night.snapshot, stored.values, stored.rows, asked, fingerprints.of(fingerprints.PANEL)]
    where = addresses.panel(night.market.market, store.fingerprint(key)[:16])
    return store.write(where, lambda folder: _fill(folder, night, bars, split, stored))


def load_panel(where: str, *, verified: bool = True) -> Panel:
    """The panel at an address, its values memory-mapped: nothing is read before it is used, but for a comparison with its seal."""
    folder = store.open_folder(where) if verified else store.path(where)
    record = PanelRecord.read(folder)
    for block in (*record.value_blocks, *record.row_blocks) if verified else ():
        store.open_folder(block)
    return Panel(
        symbols=record.symbols,
        sessions=frozen(np.array(record.sessions, dtype="datetime64[D]"), dtype="datetime64[D]"),
        names=record.names,
        values=_values(folder, record),
        label=row_blocks.labels_of(record.row_blocks) if record.row_blocks else _mapped(folder / "label.npy"),
        label_reach=record.label_reach,
    )


def load_split(where: str) -> Ordered:
    """The ordered split of the panel at an address."""
    split = PanelRecord.read(store.path(where)).split
    return Ordered(**{name: np.arange(*split.parts[name]) for name in PARTS}, gap_sessions=split.gap_sessions)


def open_part(where: str, part: str) -> Dataset:
    """One part as a lazy table: ask it for the columns and rows you need, and only these are read."""
    import pyarrow.dataset as ds

    record = PanelRecord.read(store.path(where))
    if not record.row_blocks:
        return ds.dataset(store.path(where) / f"{part}.parquet", format="parquet")
    first, stop = record.split.parts[part]
    touched = [place for place, (begin, end) in enumerate(ends_of(len(record.sessions))) if begin < stop and first < end]
    files = [str(store.path(record.row_blocks[place]) / row_blocks.ROWS) for place in touched or [0]]
    days = np.array(record.sessions, dtype="datetime64[D]")[first:stop].tolist()
    return ds.dataset(files, format="parquet").filter(ds.field("session").isin(days))


def _stored(night: Night, bars: BarBlocks, split: Ordered) -> Stored:
    """All columns asked for; where some say nothing on the training part, a copy without these."""
    from nightshift.data.columns.every_column import chosen

    market, columns = night.market.market, list(chosen(night.market.columns))
    values = value_blocks.made(market, bars, columns)
    facts = value_files.facts_of(values)
    dropped = left_out(facts.extremes, [column.name for column in columns], split.train)
    if dropped:
        kept = [place for place, column in enumerate(columns) if column.name not in dropped]
        values = value_blocks.without(market, bars, values, columns, kept)
        columns = [columns[place] for place in kept]
        facts = value_files.facts_of(values)
    rows = row_blocks.made(market, bars, values, [column.name for column in columns], night.market.label)
    return Stored(columns, dropped, values, rows, facts)


def _fill(folder: Path, night: Night, bars: BarBlocks, split: Ordered, stored: Stored) -> None:
    outcome = row_blocks.labels_of(stored.rows)
    rows = rows_by_reason(stored.facts.usable, outcome, stored.facts.present, split)
    _refuse_emptiness(rows, stored.dropped)
    PanelRecord(
        market=night.market.market, snapshot=night.snapshot, symbols=bars.symbols, sessions=bars.sessions,
        names=tuple(column.name for column in stored.columns), dtype="float32", label=night.market.label,
        label_reach=night.market.label.reach_sessions, split=_kept_split(split),
        warmup_sessions={column.name: column.warmup_sessions for column in stored.columns}, left_out=stored.dropped, rows=rows,
        value_blocks=tuple(stored.values), row_blocks=tuple(stored.rows),
    ).write(folder)  # fmt: skip


def _values(folder: Path, record: PanelRecord) -> np.ndarray:
    if not record.value_blocks:
        return _mapped(folder / "values.npy")
    return value_files.values_of(record.value_blocks, len(record.symbols), len(record.names))


def _mapped(file: Path) -> np.ndarray:
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))  # a plain array over the mapping


def _kept_split(split: Ordered) -> SplitRecord:
    ends = {name: (int(sessions[0]), int(sessions[-1]) + 1) if len(sessions) else (0, 0) for name, sessions in split.parts.items()}
    return SplitRecord(gap_sessions=split.gap_sessions, parts=ends)


def _refuse_emptiness(rows: dict[str, PartRows], dropped: dict[str, str]) -> None:
    for part in ("train", "validate", "test"):
        found = rows[part]
        if not found.usable:
            raise DataRefused(
                expected=f"at least one row to {part} with every column and its label known",
                found=f"{found.model_dump()}" + (f"; columns left out: {', '.join(dropped)}" if dropped else ""),
                next_step="let the source start earlier, name columns with a shorter warm-up, or add symbols",
            )
