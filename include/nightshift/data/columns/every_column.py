"""Columns: what a model may know about a symbol at the close of a session. A new one is one function in a theme file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import ModuleType

import numpy as np

from nightshift.config import known
from nightshift.data.columns import calendar, cross_section, momentum, returns, trend, volatility, volume
from nightshift.data.columns.column import Column
from nightshift.data.columns.symbol_rows import SharedBars, held_as
from nightshift.nouns.bars import FIELDS, Bars

# Add a new theme here.
_MODULES: tuple[ModuleType, ...] = (momentum, volatility, volume, trend, returns, calendar, cross_section)

_SYMBOLS_A_BLOCK = 32  # so that a block's bars and its part of the result stay in the processor's cache


def _columns_of(module: ModuleType) -> list[Column]:
    theme = module.__name__.rpartition(".")[2]
    marked = [f for f in vars(module).values() if hasattr(f, "warmup_sessions") and f.__module__ == module.__name__]
    return [Column(f.__name__, theme, f.warmup_sessions, f, (f.__doc__ or "").strip().partition("\n")[0]) for f in marked]


COLUMNS: dict[str, Column] = {column.name: column for module in _MODULES for column in _columns_of(module)}
THEMES: tuple[str, ...] = tuple(dict.fromkeys(column.theme for column in COLUMNS.values()))


def chosen(names: Iterable[str]) -> tuple[Column, ...]:
    """The columns named: `all`, themes or columns, each once, in the order of `COLUMNS`; a misspelt name is an error.

    >>> [column.name for column in chosen(["calendar", "rsi_14"])]
    ['rsi_14', 'weekday', 'month', 'days_since_previous_session']
    """
    wanted = {known("column", name, ["all", *THEMES, *COLUMNS]) for name in names}
    return tuple(c for c in COLUMNS.values() if wanted & {"all", c.theme, c.name})


def warmup_sessions(columns: Iterable[Column]) -> int:
    """Sessions before a row that are needed to compute these columns exactly as on the whole history.

    Counted in a symbol's own bars: a symbol with gaps needs as many bars, hence more sessions.
    """
    return max((column.warmup_sessions for column in columns), default=0)


def compute(bars: Bars, columns: Sequence[Column]) -> np.ndarray:
    """float32 (symbols, sessions, columns): every column on every bar, NaN in warm-up or without a bar."""
    values = np.empty((*bars.shape, len(columns)), dtype=np.float32)
    across = _across(bars, columns)
    made = np.empty((len(columns), _SYMBOLS_A_BLOCK, len(bars.sessions)), dtype=np.float32)
    for first in range(0, len(bars.symbols), _SYMBOLS_A_BLOCK):
        rows = slice(first, first + _SYMBOLS_A_BLOCK)
        block = _shared(bars, rows)
        n_rows = len(block.symbols)
        for j, column in enumerate(columns):
            made[j, :n_rows] = across[column.name][rows] if column.name in across else column.compute(block)
        for row in range(n_rows):  # one symbol after the other: what is turned round fits the cache
            values[first + row] = made[:, row].T
    return values


def _across(bars: Bars, columns: Sequence[Column]) -> dict[str, np.ndarray]:
    """The columns that need all symbols at once; what they worked out together is let go on return."""
    whole = _shared(bars, slice(None))
    done = {c.name: c.compute(whole).astype(np.float32) for c in columns if c.theme == "cross_section"}
    on_the_way = {c.name: whole.worked_out[held_as(c.compute)] for c in columns if held_as(c.compute) in whole.worked_out}
    return {name: values.astype(np.float32) for name, values in on_the_way.items()} | done


def _shared(bars: Bars, rows: slice) -> SharedBars:
    fields = {name: getattr(bars, name)[rows] for name in FIELDS}
    return SharedBars(symbols=bars.symbols[rows], sessions=bars.sessions, **fields)
