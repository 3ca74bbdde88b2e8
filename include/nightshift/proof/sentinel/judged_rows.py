"""What a cleaning says of the rows it was given, reckoned back to the night of a cut through the revisions that it lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.cleaning import Cleaned
from nightshift.nouns.bars import FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

VALUES = (*FIELDS, "adj_factor")


@dataclass(frozen=True, eq=False)
class Received:
    """Rows as they were received, sorted by symbol and session."""

    table: pa.Table
    symbols: tuple[str, ...]
    symbol: np.ndarray  # index into symbols
    session: np.ndarray  # datetime64[D]


def received(table: pa.Table) -> Received:
    """The rows with their symbols as numbers."""
    encoded = table["symbol"].combine_chunks().dictionary_encode()
    names = tuple(encoded.dictionary.to_pylist())
    return Received(table, names, encoded.indices.to_numpy(zero_copy_only=False), table["session"].to_numpy().astype("datetime64[D]"))


@dataclass(frozen=True, eq=False)
class Told:
    """What a run says of each row that it was given, as of each symbol's cut."""

    had: np.ndarray  # the night of the cut had it as a bar
    values: np.ndarray  # (rows, VALUES) as that night had them, NaN where they are not left tonight
    rescaled: np.ndarray  # those values were reckoned back through a revision
    reason: np.ndarray  # of a row that is not left; empty: it is

    @classmethod
    def of(cls, cleaned: Cleaned, rows: Received, cut: np.ndarray) -> Told:
        """What this run says, as of each symbol's last known session."""
        n_rows = cleaned.account.rows_in
        reason = np.full(n_rows, "", dtype=object)
        for name, places in cleaned.dropped.items():
            reason[places] = name
        left = reason == ""
        values = np.full((n_rows, len(VALUES)), np.nan)
        values[left] = np.stack([cleaned.rows[name].to_numpy() for name in VALUES], axis=1)
        given = rows if n_rows == len(rows.session) else _given(rows, cut)
        had, values, rescaled = _as_of(cleaned, given, cut, (reason, values))
        return cls(had, values, rescaled, reason)


def _given(rows: Received, cut: np.ndarray) -> Received:
    past = rows.session <= cut[rows.symbol]
    return Received(rows.table, rows.symbols, rows.symbol[past], rows.session[past])


def _as_of(
    cleaned: Cleaned, rows: Received, cut: np.ndarray, tonight: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What was had on the night of the cut, and its values: those of tonight, without what revisions did since."""
    reason, values = tonight
    back, taken, scale = np.zeros(len(reason), dtype=bool), np.zeros(len(reason), dtype=bool), np.ones_like(values)
    for row in cleaned.account.revised:
        symbol = rows.symbols.index(row.symbol)
        first = np.datetime64(row.first or "0001-01-01", "D")
        stop = np.datetime64(row.session or "9999-12-31", "D")
        here = (rows.symbol == symbol) & (rows.session >= first) & (rows.session < stop)
        later = np.datetime64(row.since, "D") > cut[symbol]
        if row.gone and later:
            back |= here & (reason == row.reason)
        elif row.gone:
            taken |= here
        elif later:
            scale[here] *= [row.price_factor] * 4 + [1.0, row.adj_factor]
    rescaled = (scale != 1.0).any(axis=1)
    return (reason == "") | (back & ~taken), np.where(rescaled[:, np.newaxis], values / scale, values), rescaled
