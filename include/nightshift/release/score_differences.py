"""Two answers to the same rows: are they the same?"""

from __future__ import annotations

import numpy as np

from nightshift.nouns.live_parity import Compared

TOLERANCE = 1e-6  # the order of a sum in float32; anything larger is another answer


def compared(found: np.ndarray, expected: np.ndarray) -> Compared:
    """Two score vectors, value for value.

    >>> compared(np.array([0.5, np.nan]), np.array([0.5, 0.25]))
    Compared(rows=2, equal=False, bit_equal_rows=1, largest_difference=None)
    """
    difference = np.abs(np.asarray(found, np.float64) - expected)
    largest = float(difference.max()) if len(difference) else 0.0
    return Compared(
        rows=len(expected),
        equal=bool(np.isfinite(largest)) and largest <= TOLERANCE,
        bit_equal_rows=int((difference == 0).sum()),
        largest_difference=largest,
    )
