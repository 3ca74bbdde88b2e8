"""The night's clean bars, laid out as arrays only where a look needs them: a large market is not laid out whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from nightshift.nouns.bars import FIELDS, Bars


class History(Protocol):
    """Bars of which one asks for a few symbols, or for a few sessions."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol."""

    @property
    def sessions(self) -> np.ndarray:
        """Every session."""

    def of_symbols(self, places: np.ndarray) -> Bars:
        """These symbols over all of history."""

    def between(self, start: int, stop: int) -> Bars:
        """Every symbol in the sessions at these places."""


@dataclass(frozen=True, eq=False)
class BarRows:
    """A table of bars, its rows placed on the axes of the night's panel."""

    symbols: tuple[str, ...]
    sessions: np.ndarray  # datetime64[D]
    symbol: np.ndarray  # index into symbols, of every row
    session: np.ndarray  # index into sessions
    values: dict[str, np.ndarray]  # FIELDS and adj_factor, as they lie in the file
    member: np.ndarray | None = None  # on the axes; none: everybody is

    def of_symbols(self, places: np.ndarray) -> Bars:
        """These symbols over all of history."""
        again = np.full(len(self.symbols), -1)
        again[places] = np.arange(len(places))
        rows = np.flatnonzero(again[self.symbol] >= 0)
        return self._laid_out(rows, again[self.symbol[rows]], places, slice(None))

    def between(self, start: int, stop: int) -> Bars:
        """Every symbol in the sessions at these places."""
        rows = np.flatnonzero((self.session >= start) & (self.session < stop))
        return self._laid_out(rows, self.symbol[rows], np.arange(len(self.symbols)), slice(start, stop))

    def _laid_out(self, rows: np.ndarray, symbol: np.ndarray, places: np.ndarray, span: slice) -> Bars:
        days, factor = self.sessions[span], self.values["adj_factor"][rows]
        session = self.session[rows] - (span.start or 0)
        arrays = {}
        for name in FIELDS:
            values = self.values[name][rows]
            arrays[name] = np.full((len(places), len(days)), np.nan)
            arrays[name][symbol, session] = values / factor if name == "volume" else values * factor
        member = None if self.member is None else self.member[places][:, span]
        return Bars(tuple(self.symbols[place] for place in places), days, **arrays, member=member)


def read(file: Path, symbols: tuple[str, ...], sessions: np.ndarray, member: np.ndarray | None = None) -> BarRows:
    """The clean bars in a file, on the axes of the panel that was made from them."""
    import pyarrow.parquet as pq

    rows = pq.read_table(file, read_dictionary=["symbol"], columns=["symbol", "session", *FIELDS, "adj_factor"])
    names = rows["symbol"].unify_dictionaries().combine_chunks()
    place = {name: at for at, name in enumerate(symbols)}
    symbol = np.array([place[name] for name in names.dictionary.to_pylist()], dtype=np.int32)[names.indices.to_numpy(zero_copy_only=False)]
    day = rows["session"].to_numpy().astype("datetime64[D]")
    index = np.zeros(int((sessions[-1] - sessions[0]).astype(int)) + 1, dtype=np.int32)
    index[(sessions - sessions[0]).astype(int)] = np.arange(len(sessions))
    session = index[(day - sessions[0]).astype(int)]
    return BarRows(symbols, sessions, symbol, session, {name: rows[name].to_numpy() for name in (*FIELDS, "adj_factor")}, member)
