"""How indicators are run: on each symbol's own bars, missing bars compacted out.

A gap must never make an indicator forget (NaN is contagious) or invent a bar. And a value's last bit must not depend on how long
the history before its window is, so that yesterday's columns can be used again: TA-Lib runs what looks at its window alone,
`window_sums` and `averages` what TA-Lib would add up from the first bar on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nightshift.data.columns.along.shared_work import shared
from nightshift.nouns.bars import Bars


@dataclass(frozen=True, eq=False)
class OwnBars:
    """Where each symbol's own bars lie; where nobody has a gap before its last one, that is where they are."""

    known: np.ndarray | None  # bool (symbols, sessions); none: nobody has a gap
    count: np.ndarray  # of bars, by symbol

    def packed(self, values: np.ndarray) -> np.ndarray:
        """(symbols, own bars), from the first on; NaN after the last."""
        if self.known is None:
            return values
        out = np.full((len(self.count), int(self.count.max(initial=0))), np.nan)
        out[self._first(out.shape[1])] = values[self.known]  # both row by row, a symbol's bars in their order
        return out

    def laid_back(self, own: np.ndarray) -> np.ndarray:
        """(symbols, sessions); NaN where there is no bar."""
        if self.known is None:
            return own
        out = np.full(self.known.shape, np.nan)
        out[self.known] = own[self._first(own.shape[1])]
        return out

    def _first(self, n_bars: int) -> np.ndarray:
        """True at each symbol's first own bars, as many as it has."""
        return before_the_end(n_bars, self.count)


def before_the_end(n_places: int, count: np.ndarray) -> np.ndarray:
    """True at the first `count` places of each row.

    >>> before_the_end(3, np.array([1, 2]))
    array([[ True, False, False],
           [ True,  True, False]])
    """
    there: np.ndarray = np.arange(n_places) < count[:, np.newaxis]
    return there


def own_where(known: np.ndarray) -> OwnBars:
    """The own bars of rows that have one where `known`."""
    count = np.count_nonzero(known, axis=1)
    is_whole = (count == known.shape[1]).all() or (known == before_the_end(known.shape[1], count)).all()
    return OwnBars(None if is_whole else known, count)


def along(indicator: Callable[..., Any], *inputs: np.ndarray, outputs: int = 1) -> np.ndarray:
    """TA-Lib's `indicator` over every symbol's own bars, one contiguous row at a time: (symbols, sessions), or (outputs, …).

    Only for what looks at a window and at nothing before it, to the last bit.
    """
    own = _own_of(inputs)
    packed = [own.packed(values) for values in inputs]
    out = np.full((outputs, *packed[0].shape), np.nan)
    for row, n_bars in enumerate(own.count.tolist()):
        if n_bars:
            results = indicator(*(values[row, :n_bars] for values in packed))
            for part, values in zip(out, (results,) if outputs == 1 else results, strict=True):
                part[row, :n_bars] = values
    return own.laid_back(out[0]) if outputs == 1 else np.stack([own.laid_back(part) for part in out])


def over_bars(work: Callable[..., np.ndarray], *inputs: np.ndarray) -> np.ndarray:
    """`work` over all symbols' own bars at once, (symbols, own bars) → the same, laid back on the sessions.

    For what looks at windows alone: to it, nothing known before the first bar is as good as no bar.
    """
    known = _known(inputs)
    if known.all():
        return work(*inputs)
    if (known[:, 1:] > known[:, :-1]).sum(axis=1).max(initial=0) + known[:, 0].max(initial=0) <= 1:  # a single run in every row
        return np.where(known, work(*inputs), np.nan)
    own = own_where(known)
    return own.laid_back(work(*(own.packed(values) for values in inputs)))


def _own_of(inputs: Sequence[np.ndarray]) -> OwnBars:
    return own_where(_known(inputs))


def _known(inputs: Sequence[np.ndarray]) -> np.ndarray:
    known = np.isfinite(inputs[0])
    for values in inputs[1:]:
        known &= np.isfinite(values)
    return known


@shared
def own_bars(bars: Bars) -> OwnBars:
    """Where the symbols have bars."""
    return own_where(bars.present)
