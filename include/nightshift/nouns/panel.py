"""Columns and outcomes on one pair of axes, and rows of them by index."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

_SESSIONS_AT_ONCE = 64  # looked at as they lie: the panel may be larger than memory


@dataclass(frozen=True, eq=False)
class Panel:
    """Columns and outcomes on one pair of axes: what the column store holds and every family is fed from."""

    symbols: tuple[str, ...]
    sessions: np.ndarray  # datetime64[D]
    names: tuple[str, ...]  # column names, the last axis of `values`
    values: np.ndarray  # float32 (symbols, sessions, columns), NaN during warm-up or without a bar; a session's lie side by side
    label: np.ndarray  # float64 (symbols, sessions), NaN where the outcome is not known yet
    label_reach: int  # sessions after a row that its label looks at

    _usable: dict[int, np.ndarray] = field(default_factory=dict, init=False, repr=False)  # by stretch of sessions, once it was looked at

    @property
    def usable(self) -> np.ndarray:
        """True where every column is known: rows a model may be asked about."""
        return self.usable_between(0, self.label.shape[1])

    def usable_between(self, first: int, stop: int) -> np.ndarray:
        """The same for the sessions from `first` to before `stop`; nothing is read of the others, and nothing twice."""
        begin = first - first % _SESSIONS_AT_ONCE
        stretches = [self._usable_from(start) for start in range(begin, stop, _SESSIONS_AT_ONCE)]
        return np.concatenate([np.empty((len(self.label), 0), bool), *stretches], axis=1)[:, first - begin : stop - begin]

    def _usable_from(self, start: int) -> np.ndarray:
        if start not in self._usable:
            self._usable[start] = np.isfinite(self.values[:, start : start + _SESSIONS_AT_ONCE]).all(axis=2)
        return self._usable[start]

    def table_of(self, symbol: np.ndarray, session: np.ndarray) -> np.ndarray:
        """float32 (n, columns): these rows gathered."""
        return self.values[symbol, session]


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
        return self.panel.table_of(self.symbol, self.session)

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
    first, stop = (int(sessions.min()), int(sessions.max()) + 1) if len(sessions) else (0, 0)
    wanted = np.zeros((len(panel.symbols), stop - first), dtype=bool)
    wanted[:, sessions - first] = True
    wanted &= panel.usable_between(first, stop)
    if labelled:
        wanted &= np.isfinite(panel.label[:, first:stop])
    session, symbol = np.nonzero(wanted.T)
    return Rows(panel, symbol.astype(np.int32), (session + first).astype(np.int32))


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
