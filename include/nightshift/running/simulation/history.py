"""A market's past with all of its columns, and what of it a night knew.

Bars are cleaned for every night from what it had. Where they are those of the whole history, cut at the night's session, its columns
are too, for columns look only back: they are shared. Where something was learned about them later, the night's are computed alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.config import Market
from nightshift.data import membership, quality, snapshot
from nightshift.data.labels import label
from nightshift.data.splits import Ordered, ordered
from nightshift.errors import ConfigError, DataRefused
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.panel import Panel
from nightshift.running.simulation.plan import Plan
from nightshift.storage import store

if TYPE_CHECKING:
    import pyarrow as pa

    from nightshift.data.columns.column import Column

VALUES = "values.npy"


@dataclass(frozen=True, eq=False)
class Known:
    """What a night has: its bars, its columns but for those that say nothing yet, its outcomes so far, its split."""

    session: str
    bars: Bars
    panel: Panel  # on the axes of the bars
    every: Panel  # with the columns that say nothing too: an earlier model may have learned from them
    split: Ordered
    is_shared: bool


@dataclass(frozen=True, eq=False)
class History:
    """A market's past as it is known after the last night."""

    plan: Plan
    received: pa.Table
    bars: Bars
    columns: tuple[Column, ...]
    values: np.ndarray  # float32 (symbols, sessions, columns)

    @property
    def market(self) -> Market:
        """The market."""
        return self.plan.market

    def known(self, session: str) -> Known:
        """What the night of a session has."""
        from nightshift.data.columns.every_column import compute
        from nightshift.data.columns.storing.account import left_out

        bars = _clean(self.plan, self.received, session)
        rows = _shared_rows(self.bars, bars)
        values = compute(bars, self.columns) if rows is None else _cut(self.values, rows, bars.shape)
        outcome, reach = label(bars, self.market.label)
        split, names = ordered(len(bars.sessions), self.market.split, reach), tuple(column.name for column in self.columns)
        every = Panel(bars.symbols, bars.sessions, names, values, outcome, reach)
        dropped = left_out(values, names, split.train)
        return Known(session, bars, with_columns(every, [name for name in names if name not in dropped]), every, split, rows is not None)


def history_of(plan: Plan) -> History:
    """The past that a plan looks at; its columns are computed once, and kept beside the nights."""
    from nightshift.data.columns.every_column import chosen, compute

    received = snapshot.table(plan.snapshot)
    last = plan.sessions[-1]
    bars = _clean(plan, received, last)
    columns = chosen(plan.market.columns)

    def fill(folder: Path) -> None:
        np.save(folder / VALUES, compute(bars, columns), allow_pickle=False)

    kept = store.open_folder(store.write(plan.where("columns"), fill))
    values = np.asarray(np.load(kept / VALUES, mmap_mode="r", allow_pickle=False))
    return History(plan, received, bars, columns, values)


def refuse_too_early(history: History) -> None:
    """Raise unless the first night has rows to learn from, to be stopped by and to be tested on."""
    first = history.plan.sessions[0]
    try:
        known = history.known(first)
    except ConfigError as short:
        raise ConfigError(expected=f"{short.expected}, before {first}", found=short.found, next_step="choose a later --from") from None
    usable = known.panel.usable & np.isfinite(known.panel.label)
    for part in ("train", "validate", "test"):
        if not usable[:, known.split.parts[part]].any():
            raise DataRefused(
                expected=f"at least one row to {part} with every column and its label known, on the night of {first}",
                found=f"none of {usable[:, known.split.parts[part]].size}",
                next_step="choose a later --from, or name columns with a shorter warm-up",
            )


def with_columns(panel: Panel, names: Sequence[str]) -> Panel:
    """The panel with these columns, in this order."""
    if tuple(names) == panel.names:
        return panel
    places = [panel.names.index(name) for name in names]
    return replace(panel, names=tuple(names), values=np.ascontiguousarray(panel.values[:, :, places]))


def _clean(plan: Plan, received: pa.Table, of_session: str) -> Bars:
    """The clean bars that a night has of what the source says today, with the members that it knows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    session, as_of = dt.date.fromisoformat(of_session), plan.as_of(of_session)
    seen = pc.less_equal(received["observed_at"], pa.scalar(as_of, received.schema.field("observed_at").type))
    had = received.filter(pc.and_(seen, pc.less_equal(received["session"], pa.scalar(session)))).combine_chunks()
    universe = snapshot.universe(plan.snapshot)
    known = universe and universe.until(session)
    rows = membership.used_rows(quality.cleaned_as_of(plan.market, had, session, as_of).rows, known)
    return membership.with_members(snapshot.bars(rows), known)


def _shared_rows(whole: Bars, bars: Bars) -> np.ndarray | None:
    """Which of the whole history's symbols these bars are of; None where they are not its bars, cut."""
    n_symbols, n_sessions = bars.shape
    place = {symbol: row for row, symbol in enumerate(whole.symbols)}
    if not set(bars.symbols) <= place.keys() or not np.array_equal(whole.sessions[:n_sessions], bars.sessions):
        return None
    rows = np.array([place[symbol] for symbol in bars.symbols], dtype=np.int64)
    others = np.setdiff1d(np.arange(len(whole.symbols)), rows)
    if whole.eligible[others, :n_sessions].any():
        return None
    had = whole.first(n_sessions).of(bars.symbols)
    same = (np.array_equal(getattr(had, name), getattr(bars, name), equal_nan=True) for name in FIELDS)
    return rows if n_symbols and all(same) and np.array_equal(had.eligible, bars.eligible) else None


def _cut(values: np.ndarray, rows: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    return values[:, : shape[1]] if len(rows) == len(values) else values[rows, : shape[1]]
