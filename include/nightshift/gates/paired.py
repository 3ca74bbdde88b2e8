"""How sure it is that one portfolio earns more for its risk than another: the same sessions, net of costs, dependence in time respected.

The lead is a difference of Sharpe ratios. Its spread is estimated twice, and the more doubtful of the two counts:
once as a stationary block bootstrap with infinitely many replicas would (Politis and Romano 1994, in closed form), and once
as Diebold and Mariano do with the correction of Harvey, Leybourne and Newbold for few sessions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nightshift.proof.evaluation.block_length import block_sessions

SMALLEST_LEAD_ANNUAL = 0.01  # a hundredth of a Sharpe ratio or less is a tie: no cost model is as exact


@dataclass(frozen=True)
class Lead:
    """How much more one portfolio earns for its risk than another, in annual Sharpe, and how sure that is."""

    n_sessions: int
    lead_annual: float
    spread_annual: float  # standard error of the lead; 0 where the two do not differ
    z: float  # standard normal under a lead of `margin_annual` or less; 0 for a tie

    @property
    def low(self) -> float:
        """The lower end of a two-sided 95 % interval."""
        return self.lead_annual - 1.96 * self.spread_annual

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.lead_annual + 1.96 * self.spread_annual


def lead(ours: np.ndarray, theirs: np.ndarray, *, sessions_a_year: float, margin_annual: float = 0.0, reach: int = 1) -> Lead:
    """The lead of `ours` over `theirs`, two series of net return fractions on the same sessions; constant series have a Sharpe of 0.

    `reach` is how many sessions one decision earns over: neighbours that near are never taken for independent.

    >>> rng = np.random.default_rng(0)
    >>> theirs = rng.normal(0, 0.01, 250)
    >>> better = lead(theirs + 0.003, theirs, sessions_a_year=252)
    >>> better.lead_annual > 4, better.z > 5, lead(theirs, theirs, sessions_a_year=252).z
    (True, True, 0.0)
    """
    n = len(ours)
    (ours_sharpe, ours_moves), (theirs_sharpe, theirs_moves) = _sharpe_moves(ours), _sharpe_moves(theirs)
    year = math.sqrt(sessions_a_year)
    ahead = ours_sharpe - theirs_sharpe
    moves = ours_moves - theirs_moves
    variance = max(_bootstrap_variance(moves, max(block_sessions(moves), float(reach))), _plain_variance(moves))
    diebold = _diebold_variance(moves, reach)
    spread = math.sqrt(max(variance, diebold) / n) if n else 0.0
    over = ahead - margin_annual / year
    if n < 3 or abs(ahead * year) <= SMALLEST_LEAD_ANNUAL or spread * year < 1e-9:
        return Lead(n, ahead * year, spread * year, 0.0)
    return Lead(n, ahead * year, spread * year, _as_normal(over / spread, n))


def _sharpe_moves(returns: np.ndarray) -> tuple[float, np.ndarray]:
    """Sharpe a session, and how each session moves it (its influence, mean 0)."""
    spread = float(returns.std()) if len(returns) else 0.0
    if spread <= 1e-12 * max(float(np.abs(returns).max(initial=0.0)), 1e-12):
        return 0.0, np.zeros(len(returns))
    standard = (returns - returns.mean()) / spread
    sharpe = float(returns.mean()) / spread
    return sharpe, standard - 0.5 * sharpe * (standard**2 - 1.0)


def _plain_variance(moves: np.ndarray) -> float:
    return float(moves @ moves) / max(len(moves) - 1, 1)


def _bootstrap_variance(moves: np.ndarray, block: float) -> float:
    """n times the variance of the mean over stationary-bootstrap replicas with blocks of this mean length, without drawing any."""
    n, going_on = len(moves), 1.0 - 1.0 / block
    if n < 2:
        return _plain_variance(moves)
    longest = min(n - 1, int(block * 20))
    around = np.fft.irfft(np.abs(np.fft.rfft(moves)) ** 2, n) / n  # covariance by lag; its blocks wrap round the end
    lags = np.arange(1, longest + 1)
    weight = going_on**lags * (1.0 - lags / n)
    return float(around[0] + 2.0 * (weight @ around[1 : longest + 1]))


def _diebold_variance(moves: np.ndarray, reach: int) -> float:
    """n times the variance of the mean by covariances up to `reach` − 1, enlarged as Harvey, Leybourne and Newbold correct it."""
    n = len(moves)
    lags = range(1, min(reach, n - 1))
    long_run = (float(moves @ moves) + 2.0 * sum(float(moves[lag:] @ moves[:-lag]) for lag in lags)) / max(n, 1)
    shrink = (n + 1 - 2 * reach + reach * (reach - 1) / max(n, 1)) / max(n, 1)
    return long_run / shrink if shrink > 0 else math.inf


def _as_normal(t: float, n: int) -> float:
    """The standard normal value that is as unlikely as `t` of a Student distribution with n − 1 degrees of freedom."""
    from scipy.special import ndtri, stdtr

    return float(ndtri(stdtr(n - 1, t))) if t < 0 else -float(ndtri(stdtr(n - 1, -t)))
