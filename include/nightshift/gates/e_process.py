"""A bet that the recipe is better, session by session: its wealth is evidence that may be looked at any time, with no horizon.

Under a lead of the margin or less the expected wealth never rises, so the chance that it ever exceeds 1/α is α at most (Ville).
The price is power: the assay prints it beside the spending functions'.
"""

from __future__ import annotations

import math

import numpy as np

FIRST_SHARE = 0.8  # of what is left of the budget, for the recipe that is bet on now; the next one takes as much of the rest
_PRIOR_SESSIONS = 20
_LARGEST_BET = 0.25
_LARGEST_MOVE = 3.5  # deviations: a single session may neither ruin nor decide the bet


def wealth(ours: np.ndarray, theirs: np.ndarray, margin_a_session: float = 0.0) -> float:
    """What one coin has become after betting on every session; bet, scale and mean are of the sessions before.

    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(0, 0.01, 250)
    >>> wealth(noise + 0.004, noise + rng.normal(0, 0.002, 250)) > 20 > wealth(noise, rng.normal(0, 0.01, 250))
    True
    """
    return float(along(ours, theirs, margin_a_session)[-1]) if len(ours) else 1.0


def along(ours: np.ndarray, theirs: np.ndarray, margin_a_session: float = 0.0) -> np.ndarray:
    """The coins after each session; from the twentieth on, what comes later does not change what was there before.

    >>> noise = np.random.default_rng(0).normal(0, 0.01, 60)
    >>> bool(along(noise[:40], -noise[:40])[-1] == along(noise, -noise)[39])
    True
    """
    moves = _scaled(ours) - _scaled(theirs) - margin_a_session
    coins, mean, square = np.ones(len(moves) + 1), 0.0, 1.0
    for seen, move in enumerate(moves.tolist()):
        bet = min(max(mean, 0.02) / square, _LARGEST_BET)
        step = min(max(move / math.sqrt(square), -_LARGEST_MOVE), _LARGEST_MOVE)
        coins[seen + 1] = coins[seen] * max(1.0 + bet * step, 0.1)
        mean += (move - mean) / (seen + _PRIOR_SESSIONS + 1)
        square += (move**2 - square) / (seen + _PRIOR_SESSIONS + 1)
    return coins[1:]


def as_z(coins: float) -> float:
    """Wealth on the scale of a z, so that it is read beside the others: √(2 ln wealth), 0 where the bet lost.

    >>> as_z(1.0), round(as_z(20.0), 2)
    (0.0, 2.45)
    """
    return math.sqrt(2.0 * math.log(coins)) if coins > 1.0 else 0.0


def _scaled(returns: np.ndarray) -> np.ndarray:
    """Returns over the deviation of the sessions before each (the first ones over that of the first twenty)."""
    n = len(returns)
    total, squares = np.cumsum(returns), np.cumsum(returns**2)
    count = np.arange(1, n + 1)
    deviation = np.sqrt(np.maximum(squares / count - (total / count) ** 2, 0.0))
    first = min(_PRIOR_SESSIONS, n) - 1
    before = np.concatenate([np.full(first + 1, deviation[first]), deviation[first:-1]])[:n] if n else deviation
    return np.divide(returns, before, out=np.zeros(n), where=before > 0)
