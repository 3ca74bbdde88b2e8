"""Columns: what a model may know about a symbol at the close of a session. A new one is one function in a theme file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import pairwise
from types import ModuleType

import numpy as np

from nightshift.config import WITHOUT_VOLUME, known
from nightshift.data.columns import calendar, cross_section, momentum, returns, trend, volatility, volume
from nightshift.data.columns.along.shared_work import SharedBars
from nightshift.data.columns.column import Column
from nightshift.nouns.bars import Bars

# Add a new theme here.
_MODULES: tuple[ModuleType, ...] = (momentum, volatility, volume, trend, returns, calendar, cross_section)

_OF_VOLUME = ("rank_volume_ratio_20",)  # beside the theme `volume`

_DATED = ("calendar", "cross_section")  # themes that need the sessions as they are, and all symbols

_CELLS_A_BLOCK = 80_000  # symbols × sessions: so that a block's bars and its part of the result stay in the processor's cache


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
    >>> [column.name for column in chosen(["weekday", "volume", "without_volume"])]
    ['weekday']
    """
    wanted = {known("column", name, ["all", WITHOUT_VOLUME, *THEMES, *COLUMNS]) for name in names}
    left_out = set(of_volume()) if WITHOUT_VOLUME in wanted else set()
    return tuple(c for c in COLUMNS.values() if wanted & {"all", c.theme, c.name} and c.name not in left_out)


def of_volume() -> tuple[str, ...]:
    """The columns that need volumes."""
    return tuple(c.name for c in COLUMNS.values() if c.theme == "volume" or c.name in _OF_VOLUME)


def warmup_sessions(columns: Iterable[Column]) -> int:
    """Sessions before a row that are needed to compute these columns exactly as on the whole history.

    Counted in a symbol's own bars: a symbol with gaps needs as many bars, hence more sessions.
    """
    return max((column.warmup_sessions for column in columns), default=0)


def compute(bars: Bars, columns: Sequence[Column]) -> np.ndarray:
    """float32 (symbols, sessions, columns): every column on every bar, NaN in warm-up, without a bar or for who is no member that day."""
    values = np.empty((*bars.shape, len(columns)), dtype=np.float32)
    whole = bars if isinstance(bars, SharedBars) else SharedBars(**{f.name: getattr(bars, f.name) for f in fields(bars)})
    for run in _runs(columns):
        part = values[:, :, run]
        if columns[run.start].theme in _DATED:
            _dated(whole, columns[run], part)
        else:
            _of_each_symbol(whole, columns[run], part)
    if bars.member is not None:
        values[~bars.member] = np.nan
    return values


def _runs(columns: Sequence[Column]) -> list[slice]:
    """Neighbours of one kind: those that look along a symbol's bars, and those that need the dates or the whole market."""
    kinds = [column.theme in _DATED for column in columns]
    ends = [place for place in range(1, len(kinds)) if kinds[place] != kinds[place - 1]]
    return [slice(*ends_of) for ends_of in pairwise([0, *ends, len(kinds)]) if ends_of[0] < ends_of[1]]


def _dated(bars: SharedBars, columns: Sequence[Column], values: np.ndarray) -> None:
    for place, column in enumerate(columns):
        values[:, :, place] = column.compute(bars)


def _of_each_symbol(bars: SharedBars, columns: Sequence[Column], values: np.ndarray) -> None:
    n_rows = max(_CELLS_A_BLOCK // max(len(bars.sessions), 1), 1)
    made = np.empty((len(columns), n_rows, len(bars.sessions)), dtype=np.float32)
    for first in range(0, len(bars.symbols), n_rows):
        rows = slice(first, first + n_rows)
        block = bars.of_rows(rows)
        for place, column in enumerate(columns):
            made[place, : len(block.symbols)] = column.compute(block)
        for row in range(len(block.symbols)):  # one symbol after the other: what is turned round fits the cache
            values[first + row] = made[:, row].T
        for name, held in block.carries.items():
            bars.carries.setdefault(name, np.full((len(held), len(bars.symbols)), np.nan))[:, rows] = held
