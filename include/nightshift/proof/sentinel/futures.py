"""Other futures: after a cut the bars are those of another world, or there are none. Up to the cut nothing changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from nightshift.nouns.bars import FIELDS, Bars

MISSING_FRACTION = 0.15  # of the bars of another future


def perturbed(bars: Bars, cut: np.ndarray, random: np.random.Generator) -> Bars:
    """After each symbol's cut bars of another world: possible ones, on a scale of their own, some of them missing."""
    other = _walk(bars.shape, random)
    missing = random.random(bars.shape) < MISSING_FRACTION
    past = np.arange(bars.shape[1])[np.newaxis] <= cut[:, np.newaxis]
    fields: dict[str, Any] = {
        name: np.where(past, getattr(bars, name), np.where(missing, np.nan, values)) for name, values in zip(FIELDS, other, strict=True)
    }
    return replace(bars, **fields)


def silenced(bars: Bars, cut: np.ndarray) -> Bars:
    """After each symbol's cut no bar of it."""
    past = np.arange(bars.shape[1])[np.newaxis] <= cut[:, np.newaxis]
    fields: dict[str, Any] = {name: np.where(past, getattr(bars, name), np.nan) for name in FIELDS}
    return replace(bars, **fields)


def _walk(shape: tuple[int, int], random: np.random.Generator) -> tuple[np.ndarray, ...]:
    scale = 10.0 ** random.uniform(-1, 3, (shape[0], 1))
    close = scale * np.exp(np.cumsum(random.normal(0, 0.03, shape), axis=1))
    opens = close * np.exp(random.normal(0, 0.01, shape))
    high = np.maximum(opens, close) * np.exp(np.abs(random.normal(0, 0.01, shape)))
    low = np.minimum(opens, close) * np.exp(-np.abs(random.normal(0, 0.01, shape)))
    return opens, high, low, close, np.round(np.exp(random.normal(12, 1.0, shape)))
