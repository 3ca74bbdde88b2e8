"""One scale for every symbol: what the certain steps make of earlier and of later bars, and on which night it became so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nightshift.data.quality.actions import FIRST_ROWS, Judged, Step
from nightshift.data.quality.evidence.price_rows import PriceRows


class Rescaled(NamedTuple):
    """Bars of one symbol, [first, stop), that every night since a bar sees multiplied; earlier nights had them without."""

    first: int
    stop: int
    since: int
    prices: float
    factor: float  # of `adj_factor`: prices, and volume the other way


@dataclass(frozen=True, eq=False)
class Scales:
    """By row what prices and `adj_factor` are multiplied with."""

    prices: np.ndarray
    factor: np.ndarray
    units: np.ndarray  # True where it is another unit that is mended
    rescaled: tuple[Rescaled, ...]
    mended: tuple[Step, ...]


def scales_of(rows: PriceRows, judged: Judged) -> Scales:
    """An action rescales the bars before it, as a vendor's adjustment does; another unit, the bars that are in it."""
    prices, factor, exponent = np.ones(len(rows)), np.ones(len(rows)), np.zeros(len(rows), dtype=np.int64)
    early = np.zeros(len(rows), dtype=bool)
    rescaled: list[Rescaled] = []
    for step in judged.steps:
        first, stop = int(rows.begins[step.place]), int(rows.ends[step.place])
        rescaled += _as_nights_had_it(step, first)
        if step.undone_at >= 0:
            continue
        if _is_of_later_bars(step, first):
            exponent[step.place : stop] -= step.exponent
        else:
            prices[first : step.place] *= _multiplied(step)[0]
            factor[first : step.place] *= _multiplied(step)[1]
            early[first : step.place] |= step.exponent != 0
    units = exponent != 0
    prices[units] *= 10.0 ** exponent[units]
    return Scales(prices, factor, units | early, tuple(rescaled), tuple(step for step in judged.steps if step.undone_at < 0))


def _is_of_later_bars(step: Step, first: int) -> bool:
    """True for another unit, but where it ended so early that what is before was the wrong one."""
    return step.exponent != 0 and (step.place - first >= FIRST_ROWS or step.paired_at >= 0)


def _as_nights_had_it(step: Step, first: int) -> list[Rescaled]:
    """What nights since the step's own multiplied, and what they took back."""
    if step.exponent and step.place - first >= FIRST_ROWS:
        return []  # the bars in another unit were so on their own nights
    by = _multiplied(step)
    then = [Rescaled(first, step.place, step.place, *by)]
    if step.undone_at >= 0 or step.paired_at > step.place:
        then.append(Rescaled(first, step.place, max(step.undone_at, step.paired_at), 1.0 / by[0], 1.0 / by[1]))
    if step.paired_at > step.place:  # until then its own bars were taken for the right ones
        then.append(Rescaled(step.place, step.paired_at, step.paired_at, 1.0 / by[0], 1.0))
    return then if step.paired_at != step.place else []


def _multiplied(step: Step) -> tuple[float, float]:
    """What prices and `adj_factor` of the bars before are multiplied with."""
    if math.isnan(step.price_ratio):
        return 10.0**step.exponent, 1.0
    return (1.0, step.price_ratio) if step.shares else (step.price_ratio, 1.0)
