"""Scores as tables: what training wrote, laid on the axes of a panel so that they can be compared value for value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.panel import Panel, Rows

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Scores:
    """One score a row, ordered by session, then symbol, on a panel's axes."""

    rows: Rows
    part: np.ndarray  # str (n,): validate, test or latest
    score: np.ndarray  # float64 (n,)

    @property
    def parts(self) -> dict[str, Scores]:
        """The rows of each part that has any: the batches in which training asked."""
        return {part: self._cut(self.part == part) for part in sorted(set(self.part.tolist()))}

    def last_sessions(self, n_sessions: int) -> Scores:
        """Only the rows of the last few sessions that have any."""
        return self._cut(np.isin(self.rows.session, np.unique(self.rows.session)[-n_sessions:]))

    def _cut(self, kept: np.ndarray) -> Scores:
        return Scores(Rows(self.rows.panel, self.rows.symbol[kept], self.rows.session[kept]), self.part[kept], self.score[kept])


def read(file: Path, panel: Panel) -> Scores:
    """The scores that training wrote, in the order of `Rows`; a row outside the panel is a `KeyError`."""
    import pyarrow.parquet as pq

    table = pq.read_table(file)
    place = {symbol: index for index, symbol in enumerate(panel.symbols)}
    symbol = np.array([place[name] for name in table["symbol"].to_pylist()], dtype=np.int32)
    when = np.array(table["session"].to_pylist(), dtype="datetime64[D]")
    session = np.searchsorted(panel.sessions, when).astype(np.int32)
    if not np.array_equal(panel.sessions[np.minimum(session, len(panel.sessions) - 1)], when):
        raise KeyError(f"{file} has sessions that the panel has not")
    order = np.lexsort((symbol, session))
    part, score = np.array(table["part"].to_pylist(), dtype=str), table["score"].to_numpy().astype(np.float64)
    return Scores(Rows(panel, symbol[order], session[order]), part[order], score[order])


def table(rows: Rows, score: np.ndarray) -> pa.Table:
    """`symbol, session, score`, ordered by session, then symbol."""
    import pyarrow as pa

    names = np.array(rows.panel.symbols)
    return pa.table({"symbol": names[rows.symbol], "session": rows.panel.sessions[rows.session], "score": np.asarray(score, np.float64)})
