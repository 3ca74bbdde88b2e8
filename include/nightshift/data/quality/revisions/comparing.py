"""Two tables of bars, row by row: which of the earlier bars changed or vanished, which came in later, which are only of another scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift.data.quality.revisions.rescaling import Scales, scales_of
from nightshift.nouns.bars import FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

SAME = 1e-9  # a relative difference that a multiplication makes, and no vendor


@dataclass(frozen=True, eq=False)
class Table:
    """Bars adjusted, a row a symbol and session, the last of repeated ones; `key` ascends: symbol first, then session."""

    key: np.ndarray
    values: dict[str, np.ndarray]  # FIELDS

    def at(self, places: np.ndarray) -> dict[str, np.ndarray]:
        """The values of some rows."""
        whole = len(places) == len(self.key)
        return self.values if whole else {name: values[places] for name, values in self.values.items()}


@dataclass(frozen=True, eq=False)
class Revised:
    """Places in `old` and `new` of the bars that are not what they were, both as keys of the same symbols and days."""

    symbols: tuple[str, ...]  # of both, ascending
    first_day: np.datetime64
    n_days: int  # key = number of the symbol × n_days + days since the first
    old: Table
    new: Table
    compared: int
    changed: tuple[np.ndarray, np.ndarray]  # places in old, in new
    settled: tuple[np.ndarray, np.ndarray]
    alone: np.ndarray  # places in old that new has not, those before its window too
    vanished: np.ndarray  # places in old
    back_filled: np.ndarray  # places in new
    came_late: np.ndarray  # places in new, of the newest session then
    gone: tuple[str, ...]
    arrived: tuple[str, ...]
    scales: Scales  # places in old

    def symbol(self, key: np.ndarray) -> np.ndarray:
        """The number of the symbol of each key."""
        return key // self.n_days

    def session(self, key: np.ndarray) -> np.ndarray:
        """The day of each key."""
        return self.first_day + key % self.n_days


def compare(before: pa.Table, now: pa.Table) -> Revised:
    """What became of the earlier bars, and what is there now of sessions that were over then."""
    symbols, first_day, n_days = _axes(before, now)
    old, new = (_table(table, symbols, first_day, n_days) for table in (before, now))
    in_old, in_new = _met(old.key, new.key)
    was, is_now = old.at(in_old), new.at(in_new)
    same, symbol = _same(was, is_now), old.key[in_old] // n_days
    scales = scales_of(was, is_now, symbol, same)
    differs = np.flatnonzero((~same & ~scales.explained) | _after(scales, symbol))
    newest = int((old.key % n_days).max())
    settles = (old.key[in_old[differs]] % n_days) == newest
    left, absent = _alone(old, in_old), _alone(new, in_new)
    since = max(int((table.key % n_days).min()) for table in (old, new))  # a window that moves on revises nothing before it
    had, have = (np.bincount(table.key // n_days, minlength=len(symbols)) > 0 for table in (old, new))
    day = new.key % n_days
    added = absent & had[new.key // n_days] & (day >= since)
    changed, settled = differs[~settles], differs[settles]
    return Revised(
        symbols, first_day, n_days, old, new, compared=len(in_old), scales=scales,
        changed=(in_old[changed], in_new[changed]), settled=(in_old[settled], in_new[settled]),
        vanished=np.flatnonzero(left & (old.key % n_days >= since)),
        back_filled=np.flatnonzero(added & (day < newest)), came_late=np.flatnonzero(added & (day == newest)),
        alone=np.flatnonzero(left), gone=_named(symbols, had & ~have), arrived=_named(symbols, have & ~had),
    )  # fmt: skip


def _alone(table: Table, met: np.ndarray) -> np.ndarray:
    """True for the rows that the other table has not."""
    alone = np.ones(len(table.key), dtype=bool)
    alone[met] = False
    return alone


def _named(symbols: tuple[str, ...], chosen: np.ndarray) -> tuple[str, ...]:
    return tuple(symbols[place] for place in np.flatnonzero(chosen))


def _axes(before: pa.Table, now: pa.Table) -> tuple[tuple[str, ...], np.datetime64, int]:
    symbols = sorted({name for table in (before, now) for name in table["symbol"].unique().to_pylist()})
    days = [table["session"].to_numpy().astype("datetime64[D]") for table in (before, now)]
    first, last = min(one.min() for one in days), max(one.max() for one in days)
    return tuple(symbols), first, int((last - first).astype(np.int64)) + 1


def _table(rows: pa.Table, symbols: tuple[str, ...], first_day: np.datetime64, n_days: int) -> Table:
    """The rows with their keys; they lie sorted by symbol and session."""
    place = {name: number for number, name in enumerate(symbols)}
    encoded = rows["symbol"].combine_chunks().dictionary_encode()
    rank = np.array([place[name] for name in encoded.dictionary.to_pylist()], dtype=np.int64)
    day = (rows["session"].to_numpy().astype("datetime64[D]") - first_day).astype(np.int64)
    key = rank[encoded.indices.to_numpy(zero_copy_only=False)] * n_days + day
    order = np.arange(len(key)) if (key[1:] >= key[:-1]).all() else np.argsort(key, kind="stable")
    last = np.flatnonzero(np.append(key[order][1:] != key[order][:-1], True)) if len(key) else order
    chosen = order[last]
    factor = rows["adj_factor"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # bars as they came: nothing was cleaned
        adjusted = {name: rows[name].to_numpy() / factor if name == "volume" else rows[name].to_numpy() * factor for name in FIELDS}
    if len(chosen) == len(key) and (chosen[:-1] < chosen[1:]).all():
        return Table(key, adjusted)
    return Table(key[chosen], {name: values[chosen] for name, values in adjusted.items()})


def _met(old: np.ndarray, new: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in both of the keys that both have."""
    if np.array_equal(old, new):
        every = np.arange(len(old))
        return every, every
    at = np.searchsorted(new, old)
    here = np.flatnonzero(new[np.minimum(at, len(new) - 1)] == old)
    return here, at[here]


def _same(was: Mapping[str, np.ndarray], is_now: Mapping[str, np.ndarray]) -> np.ndarray:
    """True where nothing of a bar is other than it was; missing numbers equal each other."""
    same = np.ones(len(was["close"]), dtype=bool)
    for name in FIELDS:
        other = np.flatnonzero(was[name] != is_now[name])  # few as a rule; a missing number is not even itself
        a, b = was[name][other], is_now[name][other]
        with np.errstate(invalid="ignore", over="ignore"):
            same[other] &= (np.abs(a - b) <= SAME * np.abs(a)) | (np.isnan(a) & np.isnan(b))
    return same


def _after(scales: Scales, symbol: np.ndarray) -> np.ndarray:
    """True for the bar after each run of another scale: its return is another."""
    after = np.zeros(len(symbol), dtype=bool)
    inside = scales.stop[scales.stop < len(symbol)]
    after[inside[symbol[inside] == symbol[inside - 1]]] = True
    return after
