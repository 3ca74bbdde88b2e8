"""Columns and outcomes on one pair of axes, and rows of them by index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Panel:
    """Columns and outcomes on one pair of axes: what the column store holds and every family is fed from."""

    symbols: tuple[str, ...]
    sessions: np.ndarray  # datetime64[D]
    names: tuple[str, ...]  # column names, the last axis of `values`
    values: np.ndarray  # float32 (symbols, sessions, columns), NaN during warm-up or without a bar; a session's lie side by side
    label: np.ndarray  # float64 (symbols, sessions), NaN where the outcome is not known yet
    label_reach: int  # sessions after a row that its label looks at

    @property
    def usable(self) -> np.ndarray:
        """True where every column is known: rows a model may be asked about."""
        n_symbols, n_sessions, _ = self.values.shape
        out = np.empty((n_symbols, n_sessions), dtype=bool)
        for first in range(0, n_sessions, 64):  # some sessions at a time, as they lie: the panel may be larger than memory
            span = slice(first, first + 64)
            out[:, span] = np.isfinite(self.values[:, span]).all(axis=2)
        return out


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of a panel that a family learns from or is asked about, by index: nothing is copied until gathered."""

    panel: Panel
    symbol: np.ndarray  # int32 (n,) index into panel.symbols
    session: np.ndarray  # int32 (n,) index into panel.sessions; rows are ordered by session, then symbol

    def __len__(self) -> int:
        return len(self.symbol)

    @property
    def table(self) -> np.ndarray:
        """float32 (n, columns): the rows gathered for a tabular learner."""
        return self.panel.values[self.symbol, self.session]

    @property
    def label(self) -> np.ndarray:
        """float64 (n,)."""
        return self.panel.label[self.symbol, self.session]

    def scattered(self, scores: np.ndarray) -> np.ndarray:
        """One score a row, laid back on (symbols, sessions); NaN elsewhere."""
        out = np.full(self.panel.label.shape, np.nan)
        out[self.symbol, self.session] = scores
        return out


def rows_of(panel: Panel, sessions: np.ndarray, *, labelled: bool = True) -> Rows:
    """The usable rows of `panel` on these session indices, ordered by session, then symbol."""
    wanted = np.zeros(panel.label.shape, dtype=bool)
    wanted[:, sessions] = True
    wanted &= panel.usable
    if labelled:
        wanted &= np.isfinite(panel.label)
    session, symbol = np.nonzero(wanted.T)
    return Rows(panel, symbol.astype(np.int32), session.astype(np.int32))


def seen_until(*learned: Rows) -> str | None:
    """The last session that any of these rows or their labels looks at, no later than the panel's last; none without a row.

    >>> days = np.arange("2026-11-16", "2026-11-20", dtype="datetime64[D]")
    >>> panel = Panel(("A",), days, (), np.zeros((1, 4, 0), np.float32), np.zeros((1, 4)), label_reach=2)
    >>> seen_until(rows_of(panel, np.array([0]))), seen_until(rows_of(panel, np.array([0])), rows_of(panel, np.array([3])))
    ('2026-11-18', '2026-11-19')
    """
    there = [rows for rows in learned if len(rows)]
    if not there:
        return None
    panel = there[0].panel
    last = max(int(rows.session.max()) for rows in there) + panel.label_reach
    return str(panel.sessions[min(last, len(panel.sessions) - 1)])
