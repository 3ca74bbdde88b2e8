"""What a model says of the next session, a row a symbol: `signals.parquet`. The only reader and writer.

`symbol, session, for_session, score, position, previous_position, cost_bps, cost_amount, last_close, version, expires_at`;
no score and no position where a symbol trades and a column of it is not known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

NUMBERS = ("score", "position", "previous_position", "cost_bps", "cost_amount", "last_close")


@dataclass(frozen=True, eq=False)
class Signals:
    """One answer for every symbol that trades in the newest session; the arrays have a number a symbol."""

    FILE: ClassVar[str] = "signals.parquet"

    session: dt.date  # of the newest bars
    for_session: dt.date  # in whose open they are to be traded
    symbols: tuple[str, ...]
    score: np.ndarray  # NaN: not answered
    position: np.ndarray  # wanted after the close of `session`, a fraction of the equity; 0 without a score
    previous_position: np.ndarray  # what the same model wanted a session earlier
    cost_bps: np.ndarray  # of the equity: of getting from the previous position to this one, and of one session's borrowing
    cost_amount: np.ndarray  # the same of the market's capital, in its currency
    last_close: np.ndarray

    @property
    def answered(self) -> np.ndarray:
        """True where there is a score."""
        return np.isfinite(self.score)

    def of(self, symbols: tuple[str, ...]) -> Signals:
        """Only these symbols, in the order given; those without a row are left out."""
        place = {symbol: row for row, symbol in enumerate(self.symbols)}
        rows = [place[symbol] for symbol in symbols if symbol in place]
        return self._at(rows)

    def strongest(self, n_symbols: int) -> Signals:
        """The symbols of the largest positions either way, and of equal ones those of the most telling scores."""
        middle = float(np.median(self.score[self.answered])) if self.answered.any() else 0.0
        telling = np.where(self.answered, np.abs(self.score - middle), -1.0)
        return self._at(np.lexsort((-telling, -np.abs(self.position)))[:n_symbols].tolist())

    def write(self, folder: Path) -> None:
        """Write the table alone, of a release that nobody serves yet."""
        import pyarrow.parquet as pq

        pq.write_table(self.table("", None), folder / self.FILE, compression="zstd")

    def table(self, version: str, expires_at: dt.datetime | None) -> pa.Table:
        """The rows as they are given away: each says whose answer it is and until when it is good."""
        import pyarrow as pa

        n = len(self.symbols)
        numbers = {name: pa.array(getattr(self, name), from_pandas=True) for name in NUMBERS}
        days = {name: pa.array([getattr(self, name)] * n, pa.date32()) for name in ("session", "for_session")}
        until = pa.array([expires_at] * n, pa.timestamp("us", tz="UTC"))
        return pa.table(
            {"symbol": pa.array(self.symbols, pa.string()), **days, **numbers, "version": pa.array([version] * n), "expires_at": until}
        )

    @classmethod
    def read(cls, folder: Path) -> Signals | None:
        """The table in a folder; None where nobody was served."""
        import pyarrow.parquet as pq

        if not (folder / cls.FILE).is_file():
            return None
        table = pq.read_table(folder / cls.FILE)
        session, for_session = (table[name][0].as_py() for name in ("session", "for_session"))
        numbers = {name: table[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in NUMBERS}
        return cls(session, for_session, tuple(table["symbol"].to_pylist()), **numbers)

    def _at(self, rows: list[int]) -> Signals:
        numbers = {name: getattr(self, name)[rows] for name in NUMBERS}
        return Signals(self.session, self.for_session, tuple(self.symbols[row] for row in rows), **numbers)
