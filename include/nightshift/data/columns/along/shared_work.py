"""What several columns work out together, once; and what a stretch of sessions needs to go on from an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from nightshift.nouns.bars import Bars

R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class SharedBars(Bars):
    """Bars of one computation, with what its columns have already worked out together (MACD has three outputs).

    Where only the last sessions are new, it holds as many bars before them as a window needs, and what averages held there.
    """

    worked_out: dict[str, Any] = field(default_factory=dict)
    new_from: np.ndarray | None = None  # by symbol: the place of the first new one among its own bars; none: all are new
    carried: dict[str, np.ndarray] = field(default_factory=dict)  # by average and symbol: what it held before the new bars
    stops: np.ndarray | None = None  # (stops, symbols) how many own bars there are where it is to be said what averages hold
    carries: dict[str, np.ndarray] = field(default_factory=dict)  # by average, (stops, symbols): what it holds there

    def of_rows(self, rows: slice) -> SharedBars:
        """Some symbols of it, with nothing worked out yet."""
        return replace(
            self, symbols=self.symbols[rows], worked_out={}, carries={},
            new_from=None if self.new_from is None else self.new_from[rows],
            carried={name: values[rows] for name, values in self.carried.items()},
            stops=None if self.stops is None else self.stops[:, rows],
            **self.arrays_at(rows),
        )  # fmt: skip


def held_as(work: Callable[..., Any]) -> str:
    """The name under which a shared work's answer is held."""
    return f"{work.__module__}.{work.__qualname__}"


def shared(work: Callable[[Bars], R]) -> Callable[[Bars], R]:
    """Work that several columns need: done once for one `SharedBars`, done again for plain bars."""

    @wraps(work)
    def once(bars: Bars) -> R:
        if not isinstance(bars, SharedBars):
            return work(bars)
        name = held_as(work)
        if name not in bars.worked_out:
            bars.worked_out[name] = work(bars)
        return bars.worked_out[name]

    return once
