"""How indicators are run: on each symbol's own bars, missing bars compacted out.

A gap must never make an indicator forget (NaN is contagious) or invent a bar. And a value's last bit must not depend on how long
the history before its window is, so that yesterday's columns can be used again: TA-Lib runs what looks at its window alone,
`window_sums` and `averages` what TA-Lib would add up from the first bar on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from inspect import unwrap
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np

from nightshift.data.columns.along.window_sums import before, window_mean, window_std
from nightshift.nouns.bars import FIELDS, Bars

R = TypeVar("R")

FLAT = 1e-6  # a spread below this share of its mean is rounding, not movement


@cache
def ta_lib() -> SimpleNamespace:
    """TA-Lib's compiled functions, without the wrappers that ask after pandas and polars on every single row."""
    import talib

    return SimpleNamespace(**{name: unwrap(getattr(talib, name)) for name in talib.get_functions()})


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
            **{name: getattr(self, name)[rows] for name in FIELDS},
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class OwnBars:
    """Where each symbol's own bars lie; where nobody has a gap before its last one, that is where they are."""

    known: np.ndarray | None  # bool (symbols, sessions); none: nobody has a gap
    row: np.ndarray
    place: np.ndarray
    count: np.ndarray  # of bars, by symbol

    def packed(self, values: np.ndarray) -> np.ndarray:
        """(symbols, own bars), from the first on; NaN after the last."""
        if self.known is None:
            return values
        out = np.full((len(self.count), int(self.count.max(initial=0))), np.nan)
        out[self.row, self.place] = values[self.known]
        return out

    def laid_back(self, own: np.ndarray) -> np.ndarray:
        """(symbols, sessions); NaN where there is no bar."""
        if self.known is None:
            return own
        out = np.full(self.known.shape, np.nan)
        out[self.known] = own[self.row, self.place]
        return out


def own_where(known: np.ndarray) -> OwnBars:
    """The own bars of rows that have one where `known`."""
    count = np.count_nonzero(known, axis=1)
    if (count == known.shape[1]).all() or (known == (np.arange(known.shape[1]) < count[:, np.newaxis])).all():
        return OwnBars(None, np.empty(0, int), np.empty(0, int), count)
    row, _ = np.nonzero(known)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return OwnBars(known, row, place, count)


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


def ago(values: np.ndarray, n_bars: int) -> np.ndarray:
    """What `values` were `n_bars` of the symbol's own bars earlier; NaN where it had fewer.

    >>> ago(np.array([[1.0, np.nan, 2.0, 3.0]]), 1)
    array([[nan, nan,  1.,  2.]])
    """
    return over_bars(lambda own: before(own, n_bars), values)


def ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """top ÷ bottom; NaN, never infinity, where there is nothing to divide by.

    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    out = np.full(np.broadcast_shapes(top.shape, bottom.shape), np.nan)
    return np.divide(top, bottom, out=out, where=bottom != 0)


def log(values: np.ndarray) -> np.ndarray:
    """Natural logarithm; NaN where a value is not positive (a session without a trade has no log volume)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values > 0, np.log(values), np.nan)


@shared
def log_close(bars: Bars) -> np.ndarray:
    """Logarithm of the close."""
    return log(bars.close)


@shared
def log_volume(bars: Bars) -> np.ndarray:
    """Logarithm of the volume."""
    return log(bars.volume)


@shared
def typical_price(bars: Bars) -> np.ndarray:
    """Mean of high, low and close."""
    return (bars.high + bars.low + bars.close) / 3.0


def log_return(bars: Bars, n_bars: int) -> np.ndarray:
    """log(close ÷ close `n_bars` of the symbol's own bars earlier); positive when the price rose."""
    return log_close(bars) - ago(log_close(bars), n_bars)


def shock(values: np.ndarray, window: int) -> np.ndarray:
    """How many standard deviations a value lies above the mean of the `window` bars before it (itself left out)."""

    def of_own(own: np.ndarray) -> np.ndarray:
        earlier = before(own, 1)
        mean, spread = window_mean(earlier, window), window_std(earlier, window)
        return ratio(own - mean, np.where(spread > FLAT * np.abs(mean), spread, 0.0))  # a flat past is no scale for a shock

    return over_bars(of_own, values)
