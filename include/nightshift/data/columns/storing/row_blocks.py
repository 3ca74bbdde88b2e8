"""The same blocks with their labels, as tables: one row a symbol and session. A label looks ahead, so that a block's end is settled
only once the sessions that its labels reach are there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nightshift.config import Label
from nightshift.data import bar_blocks
from nightshift.data.bar_blocks import BLOCK_SESSIONS, ends_of
from nightshift.data.columns.storing import value_files
from nightshift.data.labels import label
from nightshift.nouns.dataset import BarBlocks
from nightshift.storage import addresses, store

ROWS, LABEL = "rows.parquet", "label.npy"
_ROWS_A_GROUP = 50_000


def made(market: str, bars: BarBlocks, values: Sequence[str], names: Sequence[str], choice: Label) -> list[str]:
    """The addresses of the blocks, after those that are missing were written."""
    addressed = []
    for place, (first, stop) in enumerate(ends_of(len(bars.sessions))):
        reached = bars.digests[stop : stop + choice.reach_sessions]
        where = addresses.row_block(market, store.fingerprint([values[place], choice.model_dump(), reached])[:16])
        addressed.append(where)
        if not store.exists(where):
            outcome = _labels(bars, place, first, stop, choice)
            held = value_files.values_of([values[place]], len(bars.symbols), len(names))
            days = np.array(bars.sessions[first:stop], dtype="datetime64[D]")
            store.write(where, lambda folder, of=(days, held, outcome): _fill(folder, bars.symbols, tuple(names), *of))  # type: ignore[misc]
    return addressed


def labels_of(addressed: Sequence[str]) -> np.ndarray:
    """float64 (symbols, sessions) over all blocks."""
    parts = [np.load(store.open_file(where, LABEL), allow_pickle=False) for where in addressed]
    whole = np.concatenate(parts, axis=1)
    whole.flags.writeable = False
    return whole


def _labels(bars: BarBlocks, place: int, first: int, stop: int, choice: Label) -> np.ndarray:
    """The labels of one block, from its bars, those before that scale a barrier, and those after that the labels reach."""
    begin, end = max(place - 1, 0), -(-min(stop + choice.reach_sessions, len(bars.sessions)) // BLOCK_SESSIONS)
    near = bars.model_copy(update={"sessions": bars.sessions[: end * BLOCK_SESSIONS], "blocks": bars.blocks[:end]})
    outcome, _ = label(bar_blocks.load(near, begin), choice)
    return np.ascontiguousarray(outcome[:, first - begin * BLOCK_SESSIONS : stop - begin * BLOCK_SESSIONS])


def _fill(
    folder: Path, symbols: tuple[str, ...], names: tuple[str, ...], days: np.ndarray, values: np.ndarray, outcome: np.ndarray
) -> None:
    """The bars of these sessions as rows, ordered by session, then symbol."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    np.save(folder / LABEL, outcome, allow_pickle=False)
    kinds = [("symbol", pa.dictionary(pa.int32(), pa.string())), ("session", pa.date32())]
    schema = pa.schema([*kinds, *((name, pa.float32()) for name in names), ("label", pa.float64())])
    by_column = np.ascontiguousarray(values.transpose(2, 1, 0)).reshape(len(names), -1)
    symbol = pa.DictionaryArray.from_arrays(np.tile(np.arange(len(symbols), dtype=np.int32), len(days)), list(symbols))
    arrays = [symbol, pa.array(np.repeat(days, len(symbols))), *map(pa.array, by_column), pa.array(np.ascontiguousarray(outcome.T).ravel())]
    table = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(table, folder / ROWS, compression="lz4", use_dictionary=["symbol", "session"], row_group_size=_ROWS_A_GROUP)
