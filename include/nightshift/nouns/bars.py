"""Daily bars as arrays: symbols × sessions, read-only, NaN where there is no bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    member: np.ndarray | None = None  # bool: who belongs to the market on which day; none: everybody with a bar

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
        if self.member is not None:
            if self.member.shape != self.shape:
                raise ValueError(f"expected members of shape {self.shape}; found {self.member.shape}; next: align them to the axes")
            object.__setattr__(self, "member", frozen(self.member, dtype=np.bool_))

    @property
    def shape(self) -> tuple[int, int]:
        """(number of symbols, number of sessions)."""
        return len(self.symbols), len(self.sessions)

    @property
    def present(self) -> np.ndarray:
        """True where a symbol has a bar."""
        return np.isfinite(self.close)

    @property
    def eligible(self) -> np.ndarray:
        """True where a symbol has a bar and belongs to the market."""
        return self.present if self.member is None else self.present & self.member

    def first(self, n_sessions: int) -> Bars:
        """Only the first `n_sessions` sessions: what was known then."""
        return self.at(slice(None, n_sessions))

    def until(self, session: np.datetime64) -> Bars:
        """Only the sessions up to and including `session`."""
        return self.first(int(np.searchsorted(self.sessions, session.astype("datetime64[D]"), side="right")))

    def last(self, n_sessions: int) -> Bars:
        """Only the last `n_sessions` sessions."""
        return self.at(slice(max(len(self.sessions) - n_sessions, 0), None))

    def of(self, symbols: tuple[str, ...]) -> Bars:
        """Only these symbols, in the order given."""
        rows = [self.symbols.index(symbol) for symbol in symbols]
        return replace(self, symbols=symbols, **self.arrays_at(rows))

    def at(self, sessions: slice | np.ndarray) -> Bars:
        """Only the sessions at these places."""
        return replace(self, sessions=self.sessions[sessions], **self.arrays_at(slice(None), sessions))

    def arrays_at(self, symbols: Any, sessions: Any = slice(None)) -> dict[str, Any]:
        """The arrays of these symbols and sessions, by their names."""
        arrays = {name: getattr(self, name)[symbols][:, sessions] for name in FIELDS}
        return {**arrays, "member": None if self.member is None else self.member[symbols][:, sessions]}
