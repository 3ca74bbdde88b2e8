"""Ruin: the session in which a book loses everything it has is its last."""

from __future__ import annotations

import numpy as np

RUIN_FRACTION = 1e-9  # of the equity: less than this left of a session's is nothing left, and no price ratio tells it from nothing


def until_ruin(returns: np.ndarray) -> np.ndarray:
    """The returns along the last axis, none below −100 %, and 0 in every session after the one that lost everything.

    >>> until_ruin(np.array([0.1, -1.5, 0.375])).tolist()
    [0.1, -1.0, 0.0]
    """
    ruined = returns <= RUIN_FRACTION - 1.0
    if not ruined.any():
        return returns
    gone = np.logical_or.accumulate(ruined, axis=-1)
    before = np.concatenate([np.zeros_like(gone[..., :1]), gone[..., :-1]], axis=-1)
    return np.where(before, 0.0, np.where(ruined, -1.0, returns))
