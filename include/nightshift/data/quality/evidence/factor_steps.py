"""Steps of `adj_factor` that the price does not know: dividends that were never paid, paid twice, or a hundred times too large."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nightshift.data.quality.evidence.gaps import ROWS_OF_MOVES
from nightshift.data.quality.evidence.market_moves import MarketMoves
from nightshift.data.quality.evidence.price_rows import PriceRows, medians

LEAST, LEAST_TWIN = 0.04, 0.01  # of a logarithm; a smaller step does little, and nights hide it
UNUSUAL, UNUSUAL_HALF = 5.0, 4.0  # usual days that a step stands off what the price did
ANY = 0.5  # of a logarithm; a smaller step is not told apart by a price that nobody traded
UNSEEN = 0.25  # of a step that the price may have made of itself
TWIN_ROWS, ALIKE = 5, 0.15  # two dividends as large within a week are one, written twice


class FactorStep(NamedTuple):
    """At this bar `adj_factor` steps by what the price does not know; what is before it is multiplied with `by` since a bar."""

    place: int
    by: float
    since: int


def factor_steps(raw: PriceRows, factor: np.ndarray, market: MarketMoves) -> list[FactorStep]:
    """Of prices as they were traded, and positive factors: every step that is certain to be wrong, in the order of the rows."""
    log = np.log(factor)
    step = np.zeros(len(raw))
    step[1:] = np.where(raw.symbol[1:] == raw.symbol[:-1], log[1:] - log[:-1], 0.0)
    place = np.flatnonzero(np.abs(step) >= LEAST_TWIN)
    if not len(place):
        return []
    size, session = step[place], market.places(raw.day[place])
    opened = raw.overnight[place] - market.overnight[session]
    closed = raw.whole[place] - (market.level[session] - market.level[market.places(raw.day[place - 1])])
    daily = _daily(raw, place)
    off = np.minimum(np.abs(opened + size), np.abs(closed + size))  # of what the factor says of either
    large = np.abs(size) >= LEAST
    told = (raw.volume[place] > 0) | (np.abs(size) >= ANY)
    none = large & told & (off >= UNUSUAL * daily) & (np.maximum(np.abs(opened), np.abs(closed)) <= UNSEEN * np.abs(size))
    half = large & ~none & (size > 0) & (off >= UNUSUAL_HALF * daily) & (np.abs(opened + size / 2) <= ALIKE * size + 1.5 * daily)
    wrong = [
        FactorStep(int(place[at]), float(np.exp(size[at] * (1.0 if none[at] else 0.5))), int(place[at]))
        for at in np.flatnonzero(none | half)
    ]
    return sorted([*wrong, *_twins(raw, place, np.where(none | half, 0.0, size), closed)])


def _daily(raw: PriceRows, place: np.ndarray) -> np.ndarray:
    at, there = raw.before(place, ROWS_OF_MOVES)
    usual = 1.4826 * medians(np.abs(raw.whole[at]), there & np.isfinite(raw.whole[at]))
    return np.fmax(usual, 0.002)


def _twins(raw: PriceRows, place: np.ndarray, size: np.ndarray, closed: np.ndarray) -> list[FactorStep]:
    """Of two alike within a week the one at which the price fell less."""
    near = (place[1:] - place[:-1] <= TWIN_ROWS) & (raw.symbol[place[1:]] == raw.symbol[place[:-1]])
    alike = (size[1:] > 0) & (size[:-1] > 0) & (np.abs(size[1:] - size[:-1]) <= ALIKE * np.maximum(size[1:], size[:-1]))
    wrong = []
    for second in 1 + np.flatnonzero(near & alike):
        unpaid = second if closed[second] + size[second] > closed[second - 1] + size[second - 1] else second - 1
        wrong.append(FactorStep(int(place[unpaid]), float(np.exp(size[unpaid])), int(place[second])))
    return wrong
