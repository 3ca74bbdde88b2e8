"""The probability of backtest overfitting: does the best trial of one half of the sessions stay good in the other?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from nightshift.nouns.bars import frozen
from nightshift.proof.metrics.metric import ratio

TIED = 1e-9  # Sharpe ratios a session closer than this are one: rounding is no better trial


@dataclass(frozen=True, eq=False)
class TrialMatrix:
    """What every trial earned on every session: (trials, sessions), its axes named so that it cannot be turned round.

    >>> TrialMatrix(("a", "b"), np.array(["2020-01-01"], "datetime64[D]"), np.zeros((1, 2)))
    Traceback (most recent call last):
    ValueError: expected returns of shape (2 trials, 1 sessions); found (1, 2); next: transpose the matrix: one row a trial
    """

    trials: tuple[str, ...]
    sessions: np.ndarray  # datetime64[D]
    returns: np.ndarray

    def __post_init__(self) -> None:
        sessions, returns = np.asarray(self.sessions), np.asarray(self.returns, dtype=np.float64)
        wanted = (len(self.trials), len(sessions))
        if not np.issubdtype(sessions.dtype, np.datetime64):
            raise ValueError(
                f"expected sessions as dates on the second axis; found {sessions.dtype}; next: name the axes (trials, sessions)"
            )
        if returns.shape != wanted:
            turned = (
                "transpose the matrix: one row a trial" if returns.shape == wanted[::-1] else "give one row a trial, one column a session"
            )
            raise ValueError(f"expected returns of shape ({wanted[0]} trials, {wanted[1]} sessions); found {returns.shape}; next: {turned}")
        object.__setattr__(self, "returns", frozen(returns))


@dataclass(frozen=True, eq=False)
class Overfitting:
    """What combinatorially symmetric cross-validation says about choosing the best of these trials."""

    probability: float  # that the best in one half is below the median in the other: 0 never, 0.5 by chance
    logits: np.ndarray  # one a combination; negative: below the median
    slope: float  # of out-of-sample on in-sample Sharpe of the chosen trial; positive: strength carries over
    n_blocks: int


def backtest_overfitting(matrix: TrialMatrix, n_blocks: int = 16) -> Overfitting | None:
    """PBO by CSCV (Bailey, Borwein, López de Prado, Zhu 2017); fewer blocks on short histories; None below 4 or for one trial."""
    n_trials, n_sessions = matrix.returns.shape
    n_blocks = min(n_blocks, n_sessions // 5) // 2 * 2
    if n_trials < 2 or n_blocks < 4 or not np.isfinite(matrix.returns).all():
        return None
    blocks = np.array_split(np.arange(n_sessions), n_blocks)
    halves = np.array(list(combinations(range(n_blocks), n_blocks // 2)))
    outside = np.zeros((len(halves), n_blocks), dtype=bool)
    np.put_along_axis(outside, halves, True, axis=1)
    below, above = _half_sharpes(matrix.returns, blocks, ~outside), _half_sharpes(matrix.returns, blocks, outside)
    chosen_in, chosen_out, omega = _of_winners(below, above)
    logits = np.log(omega / (1.0 - omega))
    covariance = ((chosen_in - chosen_in.mean()) * (chosen_out - chosen_out.mean())).mean()
    return Overfitting(float((logits < 0).mean()), frozen(logits), float(ratio(covariance, chosen_in.var())), n_blocks)


def _of_winners(below: np.ndarray, above: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the best trial of each half: its Sharpe there, its Sharpe in the other half, and its rank there between 0 and 1.

    Ties share their mean rank, and trials that tie for the best are averaged: trials that trade alike differ by the order in
    which their returns were added up, and no verdict may turn on that.
    """
    best = below.max(axis=1)
    wins = below >= best[:, None] - TIED
    rank, outside = np.zeros(len(best)), np.zeros(len(best))
    for trial in np.flatnonzero(wins.any(axis=0)):
        at = wins[:, trial]
        apart = above[at] - above[at, trial][:, None]
        rank[at] += (apart < -TIED).sum(axis=1) + ((np.abs(apart) <= TIED).sum(axis=1) + 1.0) / 2.0
        outside[at] += above[at, trial]
    n_winners = wins.sum(axis=1)
    return best, outside / n_winners, rank / n_winners / (below.shape[1] + 1.0)


def _half_sharpes(returns: np.ndarray, blocks: list[np.ndarray], chosen: np.ndarray) -> np.ndarray:
    """Sharpe of each trial over each choice of blocks, (combinations, trials), from sums a block."""
    centre = returns.mean(axis=1, keepdims=True)
    moved = returns - centre  # sums of squares lose no digits
    count = chosen @ np.array([len(block) for block in blocks], dtype=np.float64)
    first = chosen @ np.stack([moved[:, block].sum(axis=1) for block in blocks])
    second = chosen @ np.stack([(moved[:, block] ** 2).sum(axis=1) for block in blocks])
    mean = first / count[:, None]
    variance = (second - count[:, None] * mean**2) / (count[:, None] - 1.0)
    flat = variance <= 1e-24 + 1e-12 * second
    return np.where(flat, 0.0, (mean + centre.T) / np.sqrt(np.where(flat, 1.0, variance)))
