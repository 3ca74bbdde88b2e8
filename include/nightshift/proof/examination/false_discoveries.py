"""Many questions at once: which of their answers may be believed when only so large a share of them may be wrong."""

from __future__ import annotations

import numpy as np


def discovered(p_values: np.ndarray, wrong_fraction: float) -> np.ndarray:
    """True where a null hypothesis is given up, at an expected share of wrong ones (Benjamini, Hochberg 1995); NaN is never one.

    >>> discovered(np.array([0.001, 0.02, 0.9, 0.03]), 0.05)
    array([ True,  True, False,  True])
    """
    known = np.where(np.isfinite(p_values), p_values, np.inf)
    order = np.argsort(known)
    within = known[order] <= wrong_fraction * np.arange(1, len(known) + 1) / max(len(known), 1)
    last = int(np.flatnonzero(within)[-1]) + 1 if within.any() else 0
    out = np.zeros(len(known), dtype=bool)
    out[order[:last]] = True
    return out
