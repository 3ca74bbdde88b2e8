"""Moves that may not be the market's, each ended by evidence: mended with its factor, dropped as a tick that came back, or shown.

A gap is judged on its own night by what was known then (`evidence`). One thing is learned later, and listed as a revision: that the
price was abruptly back within days, so that the bars between were nobody's prices. No list of known events is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nightshift.data.quality.evidence.certainty import Certainty, certainty_of
from nightshift.data.quality.evidence.gaps import Gaps, gaps_of
from nightshift.data.quality.evidence.market_moves import MarketMoves
from nightshift.data.quality.evidence.price_rows import PriceRows
from nightshift.data.quality.evidence.returns_to_level import returned

FIRST_ROWS = 5  # another unit that ends so early was the wrong one; later, the older unit is the one that turnover was seen in


class Step(NamedTuple):
    """From this bar on prices are on another scale; `undone_at` is the bar that was back at the old one, and -1 without."""

    place: int
    price_ratio: float  # NaN: of another unit
    shares: bool
    exponent: int
    undone_at: int = -1
    paired_at: int = -1  # of another unit: the bar that was back in the usual one within days


@dataclass(frozen=True, eq=False)
class Judged:
    """What became of the gaps, by places among the rows."""

    steps: tuple[Step, ...]  # certain, in the order of the rows
    ticks: tuple[tuple[int, int], ...]  # first bar, and the bar that was back
    suspected: np.ndarray  # places
    moves: np.ndarray  # of the suspected, the logarithm of the move


def judge(rows: PriceRows, market: MarketMoves, limit_move_fraction: float | None = None) -> Judged:
    """Every gap among these rows."""
    gaps = gaps_of(rows, market)
    certainty = certainty_of(gaps, limit_move_fraction)
    back = returned(rows, market, gaps, certainty.certain)
    chosen = certainty.certain | certainty.suspected | (back >= 0)
    return _in_turn(gaps.at(chosen), _at(certainty, chosen), back[chosen])


def _at(certainty: Certainty, chosen: np.ndarray) -> Certainty:
    return Certainty(**{name: values[chosen] for name, values in vars(certainty).items()})


def _in_turn(gaps: Gaps, certainty: Certainty, back: np.ndarray) -> Judged:
    """The gaps one after the other: those up to the bar that is back belong to the stretch before it."""
    steps: list[Step] = []
    ticks: list[tuple[int, int]] = []
    shown: list[int] = []
    place, at = gaps.place, 0
    while at < len(place):
        stop = int(np.searchsorted(place, back[at], side="right")) if back[at] >= 0 else at + 1
        inside = [_step(gaps, certainty, number) for number in range(at, stop) if certainty.certain[number]]
        if back[at] < 0:
            steps += inside
            shown += [at] if certainty.suspected[at] else []
        elif len(inside) == stop - at and all(step.exponent for step in inside) and sum(step.exponent for step in inside) == 0:
            steps += [step._replace(paired_at=int(back[at])) for step in inside]
        else:
            ticks.append((int(place[at]), int(back[at])))
            steps += [step._replace(undone_at=int(back[at])) for step in inside if step.place < back[at]]
        at = stop
    largest = np.where(np.abs(gaps.whole) > np.abs(gaps.overnight), gaps.whole, gaps.overnight)
    return Judged(tuple(steps), tuple(ticks), place[shown], largest[shown])


def _step(gaps: Gaps, certainty: Certainty, at: int) -> Step:
    return Step(int(gaps.place[at]), float(certainty.price_ratio[at]), bool(certainty.shares[at]), int(certainty.exponent[at]))
