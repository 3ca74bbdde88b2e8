"""Binned matrices, made once a study: binning costs as much as many rounds, and every trial asks for the same rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np

from nightshift.models.family import Context
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows

Make = Callable[[Rows, np.ndarray | None, Any], Any]  # (rows, their weights, the matrix whose bins they take or None) -> matrix


class Binning(Protocol):
    """The parameters that a binned matrix depends on."""

    @property
    def max_bin(self) -> int: ...  # noqa: D102
    @property
    def class_weight(self) -> str: ...  # noqa: D102
    @property
    def device(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class _Pair:
    validate: Rows
    how: Hashable
    matrices: tuple[Any, Any]


_held: WeakKeyDictionary[Rows, _Pair] = WeakKeyDictionary()  # forgotten together with the training rows


def binned_once(params: Binning, train: Rows, validate: Rows, context: Context, make: Make) -> tuple[Any, Any]:
    """Both parts' matrices, binned alike; made anew only for other rows, or when what they depend on changes.

    With checkpoints nothing is shared: going on from one leaves its scores inside LightGBM's matrix.
    """
    if context.checkpoints is not None:
        return _pair(params, train, validate, make)
    how = (type(params), params.max_bin, params.class_weight, params.device, context.memory_budget_mib, context.task, context.threads)
    held = _held.get(train)
    if held is None or held.validate is not validate or held.how != how:
        held = _held[train] = _Pair(validate, how, _pair(params, train, validate, make))
    return held.matrices


def _pair(params: Binning, train: Rows, validate: Rows, make: Make) -> tuple[Any, Any]:
    weights = class_weights(params.class_weight, train.label)
    first = make(train, row_weights(train.label, weights), None)
    return first, make(validate, row_weights(validate.label, weights), first)
