"""Two recomputations of one past, value for value, and the first who differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nightshift.nouns.leak_hunt import Future, Look, Offence, Step


@dataclass(frozen=True, eq=False)
class Trial:
    """One other future: whose, from where on, and what it is compared for."""

    step: Step
    future: Future
    symbols: Sequence[str]
    sessions: np.ndarray  # datetime64[D]
    cut: np.ndarray  # by symbol, the index of the last session that was left alone


@dataclass(frozen=True, eq=False)
class Finding:
    """What trials said."""

    looks: tuple[Look, ...] = ()
    offences: tuple[Offence, ...] = ()

    def __add__(self, other: Finding) -> Finding:
        """Both."""
        return replace(self, looks=self.looks + other.looks, offences=self.offences + other.offences)


def differ(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """True where two arrays of one kind of float are not the same bits; a NaN is a NaN.

    >>> differ(np.array([0.0, np.nan, 1.0]), np.array([-0.0, np.nan, 1.0])).tolist()
    [True, False, False]
    """
    bits = np.dtype(f"i{left.dtype.itemsize}")
    other = np.ascontiguousarray(left).view(bits) != np.ascontiguousarray(right, dtype=left.dtype).view(bits)
    if other.any():
        other &= ~(np.isnan(left) & np.isnan(right))
    return other


def past(trial: Trial, reach: int = 0, since: int = 0) -> np.ndarray:
    """True at the sessions of each symbol that may not change, from `since` on; a label reaches further than its row."""
    place = np.arange(len(trial.sessions))
    return (place[np.newaxis] <= trial.cut[:, np.newaxis] - reach) & (place >= since)[np.newaxis]


def compared(trial: Trial, values: int, changed: dict[str, np.ndarray], is_leak: Callable[[str], bool] = lambda _: True) -> Finding:
    """A look, and an offence for every name that changed somewhere; of the places the newest is named."""
    cut = trial.sessions[trial.cut]
    look = Look(
        step=trial.step, future=trial.future, symbols=len(trial.symbols),
        first_cut=str(cut.min()), last_cut=str(cut.max()), values=values,
    )  # fmt: skip
    offences = []
    for name, where in changed.items():
        if where.any() and is_leak(name):
            session = int(np.flatnonzero(where.any(axis=0))[-1])
            symbol = int(np.flatnonzero(where[:, session])[0])
            offences.append(
                Offence(
                    step=trial.step, name=name, symbol=trial.symbols[symbol], session=str(trial.sessions[session]),
                    cut=str(cut[symbol]), future=trial.future,
                )
            )  # fmt: skip
    return Finding((look,), tuple(offences))
