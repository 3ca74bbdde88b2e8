"""Rows of a panel with what was said of them, in a file and back: words are written and read once each, not once a row."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nightshift.nouns.panel import Panel, Rows

_WORDS = frozenset({"symbol", "session", "part"})


def write_rows(file: Path, rows: Rows, part: np.ndarray, of: dict[str, np.ndarray], compression: str) -> None:
    """Write the rows in their order, each stretch of one part as a piece of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    symbols = pa.array(rows.panel.symbols, pa.string())
    whole = {"session": rows.panel.sessions[rows.session], **of}
    ends = [0, *(np.flatnonzero(part[1:] != part[:-1]) + 1).tolist(), len(part)]
    pieces = []
    for start, end in itertools.pairwise(ends):
        values = {name: pa.array(values[start:end]) for name, values in whole.items()}
        named = {"symbol": symbols.take(pa.array(rows.symbol[start:end])), "session": values.pop("session")}
        pieces.append(pa.table({**named, "part": pa.repeat(str(part[start]) if end else "", end - start), **values}))
    pq.write_table(pa.concat_tables(pieces), file, compression=compression)


def read_rows(file: Path, panel: Panel, names: tuple[str, ...] | None = None) -> tuple[Rows, np.ndarray, dict[str, Any]]:
    """The file's rows that the panel has, which of all rows those are, and their columns; ordered by session, then symbol."""
    import pyarrow.parquet as pq

    wanted = None if names is None else ["symbol", "session", *names]
    table = pq.read_table(file, columns=wanted, read_dictionary=["symbol", "part"])
    place = {symbol: row for row, symbol in enumerate(panel.symbols)}
    symbol = _by_word(table["symbol"], lambda name: place.get(name, -1), np.int32)
    when = table["session"].to_numpy(zero_copy_only=False).astype("datetime64[D]")
    session = np.searchsorted(panel.sessions, when).clip(max=len(panel.sessions) - 1).astype(np.int32)
    known = (symbol >= 0) & (panel.sessions[session] == when)
    order = np.lexsort((symbol, session))
    order = order[known[order]]
    columns = {name: table[name].to_numpy(zero_copy_only=False)[order] for name in table.column_names if name not in _WORDS}
    if "part" in table.column_names:
        columns["part"] = _by_word(table["part"], str, np.str_)[order]
    return Rows(panel, symbol[order], session[order]), known, columns


def _by_word(column: Any, of: Callable[[str], Any], dtype: Any) -> np.ndarray:
    """What each row's word stands for, asked once a word."""
    codes = column.unify_dictionaries().combine_chunks()
    return np.array([of(word) for word in codes.dictionary.to_pylist()], dtype=dtype)[codes.indices.to_numpy(zero_copy_only=False)]
