"""The history that a release needs to answer, and no more of it: every symbol's last own bars.

What is cut off depends on the newest sessions alone, so that a longer history gives the same answer to the last bit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nightshift.config import Costs
from nightshift.data import bar_blocks
from nightshift.data.bar_blocks import BLOCK_SESSIONS
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.dataset import BarBlocks
from nightshift.nouns.release import ReleaseColumns

LOOKED_BACK = 4  # times the sessions that a symbol without gaps needs: where the bars of one with gaps are looked for


@dataclass(frozen=True)
class Need:
    """How much history a release reads to answer for the newest session."""

    warmup_bars: int  # a symbol's own, before the first row whose columns are read
    read_sessions: int  # whose columns are read
    scored_sessions: int  # of them the last, whose scores a position looks at

    @property
    def least_sessions(self) -> int:
        """Sessions, for a symbol without gaps."""
        return self.warmup_bars + self.read_sessions

    @property
    def most_sessions(self) -> int:
        """Sessions that are looked at, however many gaps a symbol has."""
        return LOOKED_BACK * self.least_sessions


def need_of(fitted: Any, columns: ReleaseColumns, costs: Costs) -> Need:
    """By the release's columns, the sessions that its family reads beside a row, and the strategy that trades its scores."""
    held = costs.holding_sessions if costs.style == "event" else 1
    scored = held + 1  # the position before is told too
    return Need(max(columns.warmup_sessions.values(), default=0), fitted.warmup_sessions + scored, scored)


def live_history(bars: Bars, need: Need) -> Bars:
    """Every symbol's bars in the sessions read and the warm-up before them; who has no bar in the sessions read is left out."""
    near = _back_until_enough(bars.last, len(bars.sessions), need)
    there = near.present[:, -need.read_sessions :].any(axis=1)
    begins = np.where(there, np.maximum(_begins(near, need), near.present.argmax(axis=1)), len(near.sessions))
    first = min(int(begins.min(initial=len(near.sessions))), max(len(near.sessions) - need.least_sessions, 0))
    few, begins = near.at(slice(first, None)), begins[there] - first
    few = few.of(tuple(few.symbols[row] for row in np.flatnonzero(there)))
    before = np.arange(len(few.sessions)) < begins[:, None]
    own: dict[str, Any] = {name: np.where(before, np.nan, getattr(few, name)) for name in FIELDS}
    return replace(few, **own)


def read_live(record: BarBlocks, need: Need, until: dt.date | None = None) -> Bars:
    """A night's clean bars, until a session or all, from as far back as the release needs; blocks before it are not opened."""
    days = np.array(record.sessions, dtype="datetime64[D]")
    ends = len(days) if until is None else int(np.searchsorted(days, np.datetime64(until, "D"), side="right"))

    def last(n_sessions: int) -> Bars:
        block = max(ends - n_sessions, 0) // BLOCK_SESSIONS
        return bar_blocks.load(record, block).first(ends - block * BLOCK_SESSIONS).last(n_sessions)

    return _back_until_enough(last, ends, need)


def _back_until_enough(last: Callable[[int], Bars], n_there: int, need: Need) -> Bars:
    """The last sessions, further and further back as long as a symbol lacks bars that there may still be."""
    further, most = BLOCK_SESSIONS, min(n_there, need.most_sessions)
    while True:
        n_sessions = min(need.least_sessions + further, most)
        near = last(n_sessions)
        if n_sessions == most or (_begins(near, need) >= 0).all():
            return near
        further *= 4


def _begins(near: Bars, need: Need) -> np.ndarray:
    """Where the bars that a symbol needs begin; -1 where there are fewer, and past the end for who is not asked about.

    Bars without a trade or a range are not counted: they have no logarithm, and a window looks past them.
    """
    counted = near.present & (near.volume > 0) & (near.high > near.low)
    asked = near.present[:, -need.read_sessions :]
    n_before = len(near.sessions) - asked.shape[1]
    first = n_before + asked.argmax(axis=1)
    from_the_end = np.cumsum(counted[:, ::-1], axis=1)[:, ::-1]
    after = np.append(from_the_end, np.zeros((len(counted), 1), dtype=int), axis=1)[np.arange(len(counted)), first]
    whole = from_the_end - after[:, None] >= need.warmup_bars
    place = np.where(whole.any(axis=1), whole.shape[1] - 1 - whole[:, ::-1].argmax(axis=1), -1)
    place = np.minimum(place, first)
    return np.where(asked.any(axis=1), place, len(near.sessions))
