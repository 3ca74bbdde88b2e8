"""Lazy windows: a sample is the place where its window ends; the window itself is gathered inside the graph, a batch at a time.

The panel is held once, scaled and flat (one row a symbol and session, and a last row of zeros that stands for every bar
that is missing). No window is ever copied out: 200 000 windows of 30 sessions cost what the panel costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nightshift.errors import DataRefused, TrainingFailed
from nightshift.nouns.bars import frozen
from nightshift.nouns.panel import Panel, Rows

Layout = Literal["row", "sequence", "cross_section"]  # what one sample is: a row; its last sessions; the whole market's last sessions
MAX_DEVIATIONS = 8.0  # a scaled value beyond this tells the network nothing more
_CHUNK = 16_384


@dataclass(frozen=True, eq=False)
class Scaling:
    """Mean and spread of every column, learned from training rows only."""

    mean: np.ndarray  # float32 (columns,)
    spread: np.ndarray  # float32 (columns,), never 0


@dataclass(frozen=True, eq=False)
class Feed:
    """What a network is fed with: the flat panel, and where each sample's windows end in it (-1: no such symbol)."""

    flat: np.ndarray  # float32 (symbols × sessions + 1, columns); the last row is zeros
    n_sessions: int
    ends: np.ndarray  # int32 (samples,), or (samples, symbols) for a cross-section

    def __len__(self) -> int:
        return len(self.ends)


def learned_scaling(rows: Rows) -> Scaling:
    """Mean and spread of the columns over these rows, a block of rows at a time."""
    total = sum(block.sum(axis=0) for block in _blocks(rows))
    mean = total / len(rows)
    squares = sum(np.square(block - mean).sum(axis=0) for block in _blocks(rows))
    spread = np.sqrt(squares / len(rows))
    return Scaling(frozen(mean, np.float32), frozen(np.where(spread > 1e-12, spread, 1.0), np.float32))


def feed(rows: Rows, scaling: Scaling, length: int, layout: Layout, symbols: tuple[str, ...]) -> Feed:
    """The rows as samples; only the sessions that their windows reach are held."""
    refuse_unknown_values(rows)
    first = max(int(rows.session.min()) - length + 1, 0)
    last = int(rows.session.max()) + 1
    flat = _scaled(rows.panel.values[:, first:last], scaling)
    n_sessions = last - first
    if layout == "cross_section":
        held = places(rows.panel, symbols)
        ends = np.where(held >= 0, held * n_sessions, 0)[None, :] + (np.unique(rows.session) - first)[:, None]
        return Feed(flat, n_sessions, np.where(held >= 0, ends, -1).astype(np.int32))
    ends = rows.symbol.astype(np.int64) * n_sessions + (rows.session - first)
    return Feed(flat, n_sessions, ends.astype(np.int32))


def places(panel: Panel, symbols: tuple[str, ...]) -> np.ndarray:
    """Index in the panel of each of these symbols; -1 where the panel does not have it."""
    index = {symbol: place for place, symbol in enumerate(panel.symbols)}
    return np.array([index.get(symbol, -1) for symbol in symbols])


def gather(flat: Any, ends: Any, n_sessions: Any, length: int, layout: Layout) -> Any:
    """Inside the graph: the windows of some samples; sessions before the start of history are the row of zeros."""
    import tensorflow as tf

    if layout == "row":
        return tf.gather(flat, ends)
    steps = tf.range(1 - length, 1)
    known = (ends[..., None] % n_sessions + steps >= 0) & (ends[..., None] >= 0)
    windows = tf.gather(flat, tf.where(known, ends[..., None] + steps, tf.shape(flat)[0] - 1))
    return tf.transpose(windows, [0, 2, 1, 3])[..., None] if layout == "cross_section" else windows


def refuse_short_history(rows: Rows, length: int) -> None:
    """Raise `TrainingFailed` when the training rows cannot fill one window."""
    available = int(rows.session.max()) + 1 if len(rows) else 0
    if len(np.unique(rows.session)) < 2 or available < length:
        raise TrainingFailed(
            expected=f"at least {max(length, 2)} sessions for windows of {length}",
            found=f"{available} sessions up to the last training row",
            next_step="shorten `length` under the family's params, or start the history earlier",
        )


def refuse_unknown_values(rows: Rows) -> None:
    """Raise `DataRefused` when a row that is asked about has a missing or infinite column."""
    for start in range(0, len(rows), _CHUNK):
        cut = slice(start, start + _CHUNK)
        bad = ~np.isfinite(rows.panel.values[rows.symbol[cut], rows.session[cut]])
        if bad.any():
            row, column = np.argwhere(bad)[0]
            symbol, session = rows.panel.symbols[rows.symbol[start + row]], rows.panel.sessions[rows.session[start + row]]
            raise DataRefused(
                expected="rows whose every column is known",
                found=f"no finite {rows.panel.names[column]} for {symbol} on {session}",
                next_step="ask about usable rows only (records.rows_of)",
            )


def _scaled(values: np.ndarray, scaling: Scaling) -> np.ndarray:
    n_symbols, n_sessions, n_columns = values.shape
    flat = np.zeros((n_symbols * n_sessions + 1, n_columns), np.float32)
    for symbol in range(n_symbols):
        block = flat[symbol * n_sessions : (symbol + 1) * n_sessions]
        np.subtract(values[symbol], scaling.mean, out=block)
        block /= scaling.spread
        np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
        np.clip(block, -MAX_DEVIATIONS, MAX_DEVIATIONS, out=block)
    return flat


def _blocks(rows: Rows) -> Iterator[np.ndarray]:
    for start in range(0, len(rows), _CHUNK):
        cut = slice(start, start + _CHUNK)
        yield rows.panel.values[rows.symbol[cut], rows.session[cut]].astype(np.float64)
