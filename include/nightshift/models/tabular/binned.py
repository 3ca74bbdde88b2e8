"""Binned matrices, made once a study: binning costs as much as many rounds, and every trial asks for the same rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from nightshift.models.family import Context
from nightshift.nouns.panel import Rows


@dataclass(frozen=True, eq=False)
class _Pair:
    validate: Rows
    how: Hashable
    matrices: tuple[Any, Any]


_held: WeakKeyDictionary[Rows, _Pair] = WeakKeyDictionary()  # forgotten together with the training rows


def binned_once(train: Rows, validate: Rows, how: Hashable, context: Context, build: Callable[[], tuple[Any, Any]]) -> tuple[Any, Any]:
    """What `build` makes of these very rows, made anew only when `how` it is binned changes.

    With checkpoints nothing is shared: going on from one leaves its scores inside LightGBM's matrix.
    """
    if context.checkpoints is not None:
        return build()
    held, how = _held.get(train), (how, context.task, context.threads)
    if held is None or held.validate is not validate or held.how != how:
        held = _held[train] = _Pair(validate, how, build())
    return held.matrices
