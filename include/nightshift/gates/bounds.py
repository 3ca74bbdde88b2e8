"""Which z promotes at a look, so that over all looks together no more of the budget is spent than was meant.

Looks at growing evidence are correlated: what each of them may add is found by following the distribution of z from look to look,
as far as it was not above a bound before (Armitage, McPherson and Rowe 1969).
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np

SMALLEST_SPEND = 1e-9  # below it no bound is meant: no normal approximation holds that far out
_REACH = 9.0  # standard deviations of the whole evidence on either side of 0
_STEPS_A_DEVIATION = 5  # of the smallest growth between two looks
_LARGEST_STEP = 0.02
_MOST_POINTS = 6001

Seen = tuple[tuple[float, float | None], ...]  # (share of the evidence, bound of that look; none: nothing could be promoted), oldest first


def next_bound(seen: Seen, share: float, spend: float) -> float | None:
    """The z at which a look with this share of the evidence spends `spend`, given the looks before it; None where it cannot spend.

    >>> round(next_bound((), 1.0, 0.05), 3)  # a single look: the one-sided 5 % point
    1.645
    >>> first = next_bound((), 0.5, 0.025)
    >>> second = next_bound(((0.5, first),), 1.0, 0.025)
    >>> 1.7 < second < first  # what crossed before is not paid twice
    True
    """
    if spend < SMALLEST_SPEND or share <= 0 or (seen and share <= seen[-1][0] + 1e-12):
        return None
    place, density = _arrived(seen, share)
    step = place[1] - place[0]
    beyond = np.cumsum(density[::-1])[::-1] * step  # mass at or above each point
    if spend >= beyond[0]:
        return None
    at = int(np.searchsorted(-beyond, -spend)) - 1  # the last point with more mass above it than is to be spent
    high, low = math.log(max(beyond[at], 1e-300)), math.log(max(beyond[at + 1], 1e-300))
    part = (high - math.log(spend)) / (high - low) if high > low else 0.0
    return float((place[at] - 0.5 * step + part * step) / math.sqrt(share))


def _arrived(seen: Seen, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Where the evidence stands at this share, had no bound been crossed before: points on the scale z·√share, and the density."""
    shares = [*(at for at, _ in seen), share]
    smallest = min((after - before for before, after in pairwise(shares)), default=share)
    step = max(min(math.sqrt(smallest) / _STEPS_A_DEVIATION, _LARGEST_STEP), 2 * _REACH / (_MOST_POINTS - 1))
    return _followed(seen, share, round(step, 6))


@lru_cache(maxsize=2048)
def _followed(seen: Seen, share: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    half = int(_REACH / step) + 1
    place = np.arange(-half, half + 1) * step
    if not seen:
        return place, np.exp(-0.5 * place**2 / share) / math.sqrt(2 * math.pi * share)
    (before, bound) = seen[-1]
    _, density = _followed(seen[:-1], before, step)
    going_on = density if bound is None else density * np.clip((bound * math.sqrt(before) - place) / step + 0.5, 0.0, 1.0)
    grown = share - before
    width = min(int(8 * math.sqrt(grown) / step) + 1, half)
    kernel = np.exp(-0.5 * (np.arange(-width, width + 1) * step) ** 2 / grown)
    return place, np.convolve(going_on, kernel / kernel.sum(), mode="same")
