"""The column store: one folder per market, data, columns, label, split and code; the same inputs find the same folder.

`train|validate|test|latest.parquet` are the promised store: one row per symbol and session, read lazily.
`values.npy` and `label.npy` hold the same numbers as the arrays that families are fed from, memory-mapped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.columns.account import left_out, rows_by_reason
from nightshift.data.columns.column import Column
from nightshift.data.labels import label
from nightshift.data.splits import Ordered, ordered
from nightshift.errors import DataRefused
from nightshift.nouns.bars import FIELDS, Bars, frozen
from nightshift.nouns.dataset import PanelRecord, PartRows, SplitRecord
from nightshift.nouns.panel import Panel
from nightshift.storage import addresses, fingerprints, store
from nightshift.storage.night import Night

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.dataset import Dataset

PARTS = ("train", "validate", "test", "latest")
_ROWS_A_GROUP = 50_000


def store_panel(night: Night) -> str:
    """Compute the night's columns, label and split, keep them, and return their address; kept ones are not computed again."""
    from nightshift.data.columns.every_column import chosen
    from nightshift.data.quality import clean_bars

    bars, columns = clean_bars(night), chosen(night.market.columns)
    key = _key(night, bars, columns)
    where = addresses.panel(night.market.market, key[:16])
    return store.write(where, lambda folder: _fill(folder, night, bars, columns))


def load_panel(where: str, *, verified: bool = True) -> Panel:
    """The panel at an address, its values memory-mapped: nothing is read before it is used, but for a comparison with its seal."""
    folder = store.open_folder(where) if verified else store.path(where)
    record = PanelRecord.read(folder)
    return Panel(
        symbols=record.symbols,
        sessions=frozen(np.array(record.sessions, dtype="datetime64[D]"), dtype="datetime64[D]"),
        names=record.names,
        values=_mapped(folder / "values.npy"),
        label=_mapped(folder / "label.npy"),
        label_reach=record.label_reach,
    )


def load_split(where: str) -> Ordered:
    """The ordered split of the panel at an address."""
    split = PanelRecord.read(store.path(where)).split
    return Ordered(**{name: np.arange(*split.parts[name]) for name in PARTS}, gap_sessions=split.gap_sessions)


def open_part(where: str, part: str) -> Dataset:
    """One part as a lazy table: ask it for the columns and rows you need, and only these are read."""
    import pyarrow.dataset as ds

    return ds.dataset(store.path(where) / f"{part}.parquet", format="parquet")


def _mapped(file: Path) -> np.ndarray:
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))  # a plain array over the mapping


def _key(night: Night, bars: Bars, columns: Sequence[Column]) -> str:
    data = hashlib.sha256(repr(bars.symbols).encode() + bars.sessions.tobytes())
    for name in FIELDS:
        data.update(getattr(bars, name).data)
    names = [column.name for column in columns]
    asked = [names, night.market.label.model_dump(), night.market.split.model_dump(), night.options.symbols]
    return store.fingerprint([PanelRecord.SCHEMA, night.snapshot, data.hexdigest(), asked, fingerprints.of(fingerprints.PANEL)])


def _fill(folder: Path, night: Night, bars: Bars, columns: Sequence[Column]) -> None:
    from nightshift.data.columns.every_column import compute

    outcome, reach = label(bars, night.market.label)
    split = ordered(len(bars.sessions), night.market.split, reach)
    values = compute(bars, columns)
    dropped = left_out(values, [column.name for column in columns], split.train)
    kept = [j for j, column in enumerate(columns) if column.name not in dropped]
    values = values if len(kept) == len(columns) else np.ascontiguousarray(values[:, :, kept])
    panel = Panel(bars.symbols, bars.sessions, tuple(columns[j].name for j in kept), values, outcome, reach)
    rows = rows_by_reason(panel, bars.present, split)
    _refuse_emptiness(rows, dropped)
    np.save(folder / "values.npy", values, allow_pickle=False)
    np.save(folder / "label.npy", outcome, allow_pickle=False)
    for part, sessions in split.parts.items():
        _write_part(folder / f"{part}.parquet", panel, sessions)
    warmups = {columns[j].name: columns[j].warmup_sessions for j in kept}
    PanelRecord(
        market=night.market.market, snapshot=night.snapshot, symbols=panel.symbols, sessions=[str(day) for day in panel.sessions],
        names=panel.names, dtype=str(values.dtype), label=night.market.label, label_reach=reach, split=_kept_split(split),
        warmup_sessions=warmups, left_out=dropped, rows=rows,
    ).write(folder)  # fmt: skip


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


def _write_part(file: Path, panel: Panel, sessions: np.ndarray) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [("symbol", pa.dictionary(pa.int32(), pa.string())), ("session", pa.date32())]
    schema = pa.schema([*kinds, *((name, pa.float32()) for name in panel.names), ("label", pa.float64())])
    sessions_a_group = max(_ROWS_A_GROUP // max(len(panel.symbols), 1), 1)
    with pq.ParquetWriter(file, schema, compression="lz4", use_dictionary=["symbol", "session"]) as writer:
        for first in range(0, len(sessions), sessions_a_group):
            writer.write_table(_table(panel, sessions[first : first + sessions_a_group], schema))


def _table(panel: Panel, sessions: np.ndarray, schema: pa.Schema) -> pa.Table:
    """The bars of these sessions as rows, ordered by session, then symbol."""
    import pyarrow as pa

    n_symbols, span = len(panel.symbols), slice(sessions[0], sessions[-1] + 1)
    by_column = np.ascontiguousarray(panel.values[:, span].transpose(2, 1, 0)).reshape(len(panel.names), -1)
    symbols = pa.DictionaryArray.from_arrays(np.tile(np.arange(n_symbols, dtype=np.int32), len(sessions)), list(panel.symbols))
    days = pa.array(np.repeat(panel.sessions[span], n_symbols))
    outcome = np.ascontiguousarray(panel.label[:, span].T).ravel()
    return pa.Table.from_arrays([symbols, days, *map(pa.array, by_column), pa.array(outcome)], schema=schema)
