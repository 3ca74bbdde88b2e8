"""The nouns of the one line, frozen. Arrays are symbols × sessions, read-only, NaN where there is no bar."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

FIELDS = ("open", "high", "low", "close", "volume")

# The columns of a bar as a row of a table (Parquet, CSV, MongoDB); `observed_at` is when we could first know it.
BAR_ROW = ("symbol", "session", *FIELDS, "adj_factor", "observed_at")


def frozen(values: np.ndarray, dtype: Any = np.float64) -> np.ndarray:
    """A contiguous array that refuses to be written to.

    >>> frozen(np.array([1, 2])).flags.writeable
    False
    """
    held: np.ndarray = np.ascontiguousarray(values, dtype=dtype)
    held = held.copy() if held is values and values.flags.writeable else held
    held.flags.writeable = False
    return held


@dataclass(frozen=True, eq=False)  # eq=False: arrays have no single truth value
class Bars:
    """Adjusted daily bars of one market: one contiguous float64 array (symbols, sessions) per field."""

    symbols: tuple[str, ...]
    sessions: np.ndarray  # datetime64[D], ascending, unique
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray

    def __post_init__(self) -> None:
        sessions = np.asarray(self.sessions, dtype="datetime64[D]")
        if len(sessions) > 1 and not (np.diff(sessions).astype(int) > 0).all():
            raise ValueError("expected ascending unique sessions; found disorder; next: sort and deduplicate the rows")
        object.__setattr__(self, "sessions", frozen(sessions, dtype="datetime64[D]"))
        for name in FIELDS:
            values = frozen(getattr(self, name))
            if values.shape != self.shape:
                raise ValueError(f"expected {name} of shape {self.shape}; found {values.shape}; next: align it to the axes")
            object.__setattr__(self, name, values)

    @property
    def shape(self) -> tuple[int, int]:
        """(number of symbols, number of sessions)."""
        return len(self.symbols), len(self.sessions)

    @property
    def present(self) -> np.ndarray:
        """True where a symbol has a bar."""
        return np.isfinite(self.close)

    def first(self, n_sessions: int) -> Bars:
        """Only the first `n_sessions` sessions: what was known then."""
        return self._cut(slice(None, n_sessions))

    def until(self, session: np.datetime64) -> Bars:
        """Only the sessions up to and including `session`."""
        return self.first(int(np.searchsorted(self.sessions, session.astype("datetime64[D]"), side="right")))

    def last(self, n_sessions: int) -> Bars:
        """Only the last `n_sessions` sessions."""
        return self._cut(slice(max(len(self.sessions) - n_sessions, 0), None))

    def of(self, symbols: tuple[str, ...]) -> Bars:
        """Only these symbols, in the order given."""
        rows = [self.symbols.index(symbol) for symbol in symbols]
        return replace(self, symbols=symbols, **{name: getattr(self, name)[rows] for name in FIELDS})

    def _cut(self, cut: slice) -> Bars:
        arrays = {name: getattr(self, name)[:, cut] for name in FIELDS}
        return replace(self, sessions=self.sessions[cut], **arrays)


@dataclass(frozen=True, eq=False)
class Panel:
    """Columns and outcomes on one pair of axes: what the column store holds and every family is fed from."""

    symbols: tuple[str, ...]
    sessions: np.ndarray  # datetime64[D]
    names: tuple[str, ...]  # column names, the last axis of `values`
    values: np.ndarray  # float32 (symbols, sessions, columns), NaN during warm-up or without a bar
    label: np.ndarray  # float64 (symbols, sessions), NaN where the outcome is not known yet
    label_reach: int  # sessions after a row that its label looks at

    @property
    def usable(self) -> np.ndarray:
        """True where every column is known: rows a model may be asked about."""
        out = np.empty(self.values.shape[:2], dtype=bool)
        for row, values in zip(out, self.values, strict=True):  # a symbol at a time: the panel may be larger than memory
            np.isfinite(values).all(axis=1, out=row)
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


@dataclass(frozen=True)
class Measure:
    """One metric's value with its interval, or the plain reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""  # e.g. 'not enough evidence: 12 of 60 sessions'


@dataclass(frozen=True)
class Check:
    """One gate's answer: what was measured, what was asked, and why that decides."""

    metric: str
    must_be: str
    limit: float | None
    value: float | None
    passed: bool | None  # None: not enough evidence
    reason: str


@dataclass(frozen=True)
class Verdict:
    """PROMOTE, REJECT or ABSTAIN, with every check that was asked."""

    decision: str
    headline: str
    checks: tuple[Check, ...] = ()


def as_facts(record: object) -> dict:
    """A record as plain JSON-able facts (one level; nested records too)."""

    def plain(value: object) -> object:
        if hasattr(value, "__dataclass_fields__"):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]
        return [plain(v) for v in value] if isinstance(value, tuple | list) else value

    return plain(record)  # type: ignore[return-value]
