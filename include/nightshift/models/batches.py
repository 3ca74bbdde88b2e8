"""More rows than memory holds: a table is gathered from the mapped panel a few sessions at a time, never as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from nightshift.models.family import Context
from nightshift.nouns.panel import Rows

MIB = 1 << 20
VALUE_BYTES = 4  # a panel's values are float32
ASKED_BYTES = 32 * MIB  # of one batch when a model is asked, whatever the budget
LARGE_BYTES = 256 * MIB  # a table beyond which even without a budget no second copy is made of it
SHARE_OF_A_BATCH = 8  # of the budget: a batch lives beside its copy inside the library and its binned page


def needed(train: Rows, validate: Rows, context: Context) -> bool:
    """Would the gathered tables take more than the budget? Without a budget: never."""
    return context.memory_budget_mib is not None and table_bytes(train) + table_bytes(validate) > budget_bytes(context)


def budget_bytes(context: Context) -> int:
    """What gathered tables may take; 0 without a budget."""
    return (context.memory_budget_mib or 0) * MIB


def is_large(rows: Rows) -> bool:
    """Would the gathered table be too much to be held beside what a library makes of it?"""
    return table_bytes(rows) > LARGE_BYTES


def batch_bytes(context: Context) -> int:
    """What one batch may take of the budget; without one, as much as when a model is asked."""
    return max(budget_bytes(context) // SHARE_OF_A_BATCH, MIB // 4) if context.memory_budget_mib is not None else ASKED_BYTES


def table_bytes(rows: Rows) -> int:
    """What `rows.table` would take."""
    return len(rows) * len(rows.panel.names) * VALUE_BYTES


def batches(rows: Rows, limit_bytes: int) -> Iterator[Rows]:
    """The rows in order, cut between sessions where that is possible, so that no table is much larger than `limit_bytes`.

    >>> from nightshift.nouns.panel import Panel, rows_of
    >>> days = np.datetime64("2026-11-16") + np.arange(4)
    >>> panel = Panel(("A", "B"), days, ("c",), np.zeros((2, 4, 1), np.float32), np.zeros((2, 4)), 1)
    >>> [batch.session.tolist() for batch in batches(rows_of(panel, np.arange(4)), 20)]
    [[0, 0, 1, 1], [2, 2, 3, 3]]
    """
    limit = max(limit_bytes // max(table_bytes(rows) // max(len(rows), 1), 1), 1)
    start = 0
    while start < len(rows):
        end = min(start + limit, len(rows))
        if end < len(rows):
            cut = int(np.searchsorted(rows.session, rows.session[end]))
            end = cut if cut > start else end
        yield part(rows, start, end)
        start = end


def part(rows: Rows, start: int, end: int) -> Rows:
    """Rows `start` to `end`, still not gathered."""
    return replace(rows, symbol=rows.symbol[start:end], session=rows.session[start:end])


def in_batches(ask: Callable[[Rows], Any], rows: Rows) -> np.ndarray:
    """What `ask` says of each row, asked a bounded table at a time."""
    said = [np.asarray(ask(batch), dtype=np.float64) for batch in batches(rows, ASKED_BYTES)]
    return np.concatenate(said) if said else np.empty(0)


def in_float64(rows: Rows) -> np.ndarray:
    """The table in float64, (n, columns), without one in float32 beside it."""
    out = np.empty((len(rows), len(rows.panel.names)))
    _filled(out, rows)
    return out


def by_column(rows: Rows) -> np.ndarray:
    """The table turned round, float32 (columns, n): each column in one piece."""
    out = np.empty((len(rows.panel.names), len(rows)), dtype=np.float32)
    _filled(out.T, rows)
    return out


def _filled(out: np.ndarray, rows: Rows) -> None:
    at = 0
    for batch in batches(rows, ASKED_BYTES):
        out[at : at + len(batch)] = batch.table
        at += len(batch)
