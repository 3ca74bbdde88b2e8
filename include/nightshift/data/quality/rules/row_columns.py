"""The clean rows as columns of numbers, those of the table and what follows from them; instants too, which are compared fast so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.bars import FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.data.quality.cleaning import Cleaned
    from nightshift.storage.night import Night

DERIVED = ("is_session", "days_before_night", "minutes_before_as_of", "return_fraction")


def columns_of(cleaned: Cleaned, night: Night) -> dict[str, np.ndarray]:
    """Every column of a bar, the symbol as its place among `symbols_of`, then what is derived."""
    rows = cleaned.rows
    codes, session = _encoded(rows).indices.to_numpy(zero_copy_only=False), rows["session"].to_numpy().astype("datetime64[D]")
    seen = rows["observed_at"].to_numpy().astype("datetime64[us]")
    made = {name: rows[name].to_numpy() for name in (*FIELDS, "adj_factor")}
    close, move = made["close"] * made["adj_factor"], np.full(len(rows), np.nan)
    move[1:] = np.where(codes[1:] == codes[:-1], close[1:] / close[:-1] - 1, np.nan)
    derived = {
        "is_session": np.isin(session, cleaned.history.days),
        "days_before_night": (np.datetime64(night.session) - session).astype(np.int64),
        "minutes_before_as_of": (np.datetime64(night.as_of.replace(tzinfo=None), "us") - seen) / np.timedelta64(1, "m"),
        "return_fraction": move,
    }
    return {"symbol": codes, "session": session, **made, "observed_at": seen, **derived}


def symbols_of(cleaned: Cleaned) -> list[str]:
    """The symbols that have rows, by place."""
    names: list[str] = _encoded(cleaned.rows).dictionary.to_pylist()
    return names


def _encoded(rows: pa.Table) -> pa.DictionaryArray:
    return rows["symbol"].combine_chunks().dictionary_encode()
