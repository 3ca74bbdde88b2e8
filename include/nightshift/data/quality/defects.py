"""What is wrong with a single bar, whatever the others say: it could not be known, it is there twice, its numbers are no bar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.used_history import BEFORE, History
from nightshift.nouns.bars import FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

PRICES = ("open", "high", "low", "close")
OHLC_TOLERANCE_FRACTION = 0.005  # a high or low that misses open or close by less is widened; by more, the row is dropped
SMALLEST_PRICE, LARGEST_PRICE, LARGEST_VOLUME = 1e-9, 1e12, 1e18  # adjusted; beyond them a number is an accident of a file


@dataclass(frozen=True, eq=False)
class Rows:
    """A table as arrays; `symbol` is a number that ascends with the rows."""

    symbol: np.ndarray
    session: np.ndarray  # datetime64[D]
    seen: np.ndarray  # datetime64[us]
    values: dict[str, np.ndarray]  # FIELDS and adj_factor


def arrays_of(received: pa.Table) -> Rows:
    """The columns of a table, each as an array."""
    codes = received["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    values = {name: received[name].to_numpy() for name in (*FIELDS, "adj_factor")}
    return Rows(
        codes, received["session"].to_numpy().astype("datetime64[D]"), received["observed_at"].to_numpy().astype("datetime64[us]"), values
    )


def unsigned(rows: Rows) -> tuple[Rows, np.ndarray]:
    """Negative factors as positive ones: a dividend that was written larger than the price turned their sign. And where they were."""
    factor = rows.values["adj_factor"]
    with np.errstate(invalid="ignore"):
        negative = factor < 0
    return replace(rows, values={**rows.values, "adj_factor": np.where(negative, -factor, factor)}), negative


def unknown_then(rows: Rows, history: History, last_session: dt.date, as_of: dt.datetime) -> dict[str, np.ndarray]:
    """Rows that the night could not have: of before its history, observed later, of a future session, of no session."""
    return {
        BEFORE: rows.session < np.datetime64(history.first, "D"),
        "observed_after_as_of": rows.seen > np.datetime64(as_of.replace(tzinfo=None), "us"),
        "future_session": rows.session > np.datetime64(last_session, "D"),
        "not_a_session": ~np.isin(rows.session, history.days),
    }


def repeated(rows: Rows) -> dict[str, np.ndarray]:
    """Rows followed by another of the same symbol and session: the last one stays."""
    again = np.zeros(len(rows.symbol), dtype=bool)
    again[:-1] = (rows.symbol[1:] == rows.symbol[:-1]) & (rows.session[1:] == rows.session[:-1])
    equal = np.ones(len(again), dtype=bool)
    for values in rows.values.values():
        equal[:-1] &= (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    return {"duplicate": again & equal, "duplicate_with_other_values": again & ~equal}


def impossible(rows: Rows) -> dict[str, np.ndarray]:
    """Rows whose numbers cannot be a bar."""
    values = rows.values
    prices = np.array([values[name] for name in PRICES])
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        adjusted, volume = prices * values["adj_factor"], values["volume"] / values["adj_factor"]
        within = (adjusted > SMALLEST_PRICE).all(axis=0) & (adjusted < LARGEST_PRICE).all(axis=0) & (volume < LARGEST_VOLUME)
        return {
            "not_a_number": ~np.all([np.isfinite(column) for column in values.values()], axis=0),
            "price_not_positive": (prices.min(axis=0) <= 0) | (values["adj_factor"] <= 0),
            "volume_negative": values["volume"] < 0,
            "absurd_size": ~within,
            "ohlc_impossible": _ohlc_miss(values) > OHLC_TOLERANCE_FRACTION,
        }


def _ohlc_miss(values: dict[str, np.ndarray]) -> np.ndarray:
    """By how much open or close lies outside low to high, as a fraction of the close."""
    above = np.maximum(values["open"], values["close"]) - values["high"]
    below = values["low"] - np.minimum(values["open"], values["close"])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.maximum(np.maximum(above, below), 0.0) / values["close"]


def widened(rows: Rows, kept: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """High and low moved to hold open and close where they just miss: the rows, and the new columns if there are any."""
    with np.errstate(invalid="ignore"):
        missed = kept & (_ohlc_miss(rows.values) > 0)
    if not missed.any():
        return {"ohlc_widened": missed}, {}
    held = [rows.values[name] for name in PRICES]
    return {"ohlc_widened": missed}, {
        "high": np.where(missed, np.max(held, axis=0), rows.values["high"]),
        "low": np.where(missed, np.min(held, axis=0), rows.values["low"]),
    }
