"""What a split, a bonus or another unit makes of a price: the nearest ratio of small whole numbers, the nearest power of ten."""

from __future__ import annotations

import math

import numpy as np

# New shares for old ones, as companies give them; a reverse split is its inverse.
FORWARD = (11 / 10, 6 / 5, 5 / 4, 4 / 3, 3 / 2, 5 / 3, 2, 5 / 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100)
REVERSE_FROM = 1.5  # nobody consolidates 10 shares into 9
_LOGS = np.log(np.array([*(1 / share for share in reversed(FORWARD)), *(share for share in FORWARD if share >= REVERSE_FROM)]))
_RATIOS = np.array([*(1 / share for share in reversed(FORWARD)), *(share for share in FORWARD if share >= REVERSE_FROM)])
TEN = math.log(10)


def nearest_ratio(move: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each logarithmic move the price ratio of the nearest action, and how far in logarithms it is from it.

    >>> ratio, off = nearest_ratio(np.log(np.array([0.505, 10.0, 0.83])))
    >>> ratio.round(4).tolist(), off.round(3).tolist()
    ([0.5, 10.0, 0.8333], [0.01, 0.0, 0.004])
    """
    right = np.clip(np.searchsorted(_LOGS, move), 1, len(_LOGS) - 1)
    at = np.where(move - _LOGS[right - 1] < _LOGS[right] - move, right - 1, right)
    return _RATIOS[at], np.abs(move - _LOGS[at])


def nearest_unit(move: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each logarithmic move the exponent of the nearest power of ten, and how far it is from it.

    >>> exponent, off = nearest_unit(np.log(np.array([1000.0, 0.0102, 1.3])))
    >>> exponent.tolist(), off.round(2).tolist()
    ([3, -2, 0], [0.0, 0.02, 0.26])
    """
    exponent = np.rint(move / TEN).astype(np.int64)
    return exponent, np.abs(move - exponent * TEN)
