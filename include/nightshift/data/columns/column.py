"""What a column is: one function, one name, one row of numbers per symbol that looks only back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nightshift.nouns.bars import Bars

Compute = Callable[[Bars], np.ndarray]

_FORGOTTEN = 1e-12  # share of the first value that a recursive average may still hold: far below float32's last bit


@dataclass(frozen=True)
class Column:
    """A column of the panel: its function's name, theme, memory and first sentence."""

    name: str
    theme: str
    warmup_sessions: int  # sessions of a symbol before a row beyond which nothing changes its float32 value
    compute: Compute  # Bars -> float64 (symbols, sessions), NaN in warm-up or without a bar
    doc: str


def column(*, warmup_sessions: int) -> Callable[[Compute], Compute]:
    """Mark a function as a column that needs this many sessions before a row to know the row's value."""

    def mark(compute: Compute) -> Compute:
        compute.warmup_sessions = warmup_sessions  # type: ignore[attr-defined]
        return compute

    return mark


def ema_memory(window: int) -> int:
    """Sessions until an exponential average over `window` has forgotten where it began.

    >>> ema_memory(20)
    277
    """
    return _memory((window - 1) / (window + 1))


def wilder_memory(window: int) -> int:
    """Sessions until Wilder's average over `window` (RSI, ATR, ADX) has forgotten where it began.

    >>> wilder_memory(14)
    373
    """
    return _memory((window - 1) / window)


def _memory(kept_per_session: float) -> int:
    return math.ceil(math.log(_FORGOTTEN) / math.log(kept_per_session))
