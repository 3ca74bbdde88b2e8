"""Rows as arrays, sorted by symbol and session, each with its moves against the symbol's bar before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class PriceRows:
    """Positive prices, adjusted as far as the source says; every array is as long as the rows."""

    symbol: np.ndarray  # a number that ascends with the rows
    day: np.ndarray  # datetime64[D]
    opens: np.ndarray
    highs: np.ndarray
    lows: np.ndarray
    closes: np.ndarray
    volume: np.ndarray  # NaN: nobody knows

    def __len__(self) -> int:
        return len(self.symbol)

    @cached_property
    def begins(self) -> np.ndarray:
        """The place of the first row of each row's symbol."""
        edges = self._edges
        return np.repeat(edges[:-1], np.diff(edges))

    @cached_property
    def ends(self) -> np.ndarray:
        """The place after the last row of each row's symbol."""
        edges = self._edges
        return np.repeat(edges[1:], np.diff(edges))

    @cached_property
    def _edges(self) -> np.ndarray:
        changes = 1 + np.flatnonzero(self.symbol[1:] != self.symbol[:-1])
        return np.concatenate([[0], changes, [len(self)]]) if len(self) else np.zeros(1, dtype=np.int64)

    @cached_property
    def overnight(self) -> np.ndarray:
        """Logarithm of the open against the close before; NaN at a symbol's first row."""
        return self._against_before(np.log(self.opens))

    @cached_property
    def whole(self) -> np.ndarray:
        """Logarithm of the close against the close before; NaN at a symbol's first row."""
        return self._against_before(self._log_close)

    @cached_property
    def _log_close(self) -> np.ndarray:
        return np.log(self.closes)

    def _against_before(self, level: np.ndarray) -> np.ndarray:
        move = np.full(len(self), np.nan)
        move[1:] = np.where(self.symbol[1:] == self.symbol[:-1], level[1:] - self._log_close[:-1], np.nan)
        return move

    def before(self, places: np.ndarray, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Places of up to `n_rows` rows before each of these, newest first, and True where the symbol has them."""
        at = places[:, np.newaxis] - np.arange(1, n_rows + 1)
        there = at >= self.begins[places][:, np.newaxis]
        return np.where(there, at, 0), there


def medians(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The median of each line over the places that are there; NaN without any.

    >>> medians(np.array([[3.0, 1.0, 9.0], [1.0, 2.0, 5.0]]), np.array([[True, True, False], [False, False, False]])).tolist()
    [2.0, nan]
    """
    ordered = np.sort(np.where(there, values, np.inf), axis=1)
    count = there.sum(axis=1)
    if not ordered.size:
        return np.full(len(values), np.nan)
    line = np.arange(len(values))
    low, high = ordered[line, np.maximum(count - 1, 0) // 2], ordered[line, np.minimum(count // 2, values.shape[1] - 1)]
    return np.where(count > 0, (low + np.where(count > 0, high, low)) / 2, np.nan)
