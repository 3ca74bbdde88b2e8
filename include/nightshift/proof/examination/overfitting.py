"""How much of a Sharpe ratio is luck and selection: probabilistic and deflated Sharpe, track record length, PBO.

All Sharpe ratios here are a session, not a year. NaN where a series does not carry the number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from nightshift.nouns.bars import frozen
from nightshift.proof.metrics.metric import ratio

EULER = 0.5772156649015329


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


def sharpe_a_session(returns: np.ndarray) -> np.ndarray:
    """Mean over sample deviation along the last axis, not annualised; 0 where the returns do not vary."""
    flat = np.ptp(returns, axis=-1) <= 1e-15
    spread = np.where(flat, 1.0, returns.std(axis=-1, ddof=1))
    return np.where(flat, 0.0, returns.mean(axis=-1) / spread)


def probabilistic_sharpe(returns: np.ndarray, benchmark_a_session: float = 0.0) -> float:
    """Chance, 0 to 1, that the true Sharpe exceeds the benchmark, given length, skew and fat tails (Bailey, López de Prado 2012).

    >>> rising = np.tile([0.02, -0.01], 50)
    >>> slow = np.tile([0.02, -0.01, -0.005], 33)
    >>> round(probabilistic_sharpe(slow), 3), round(probabilistic_sharpe(-slow), 3)
    (0.904, 0.096)
    """
    sharpe, spread = _sharpe_and_spread(returns)
    if not spread > 0:
        return math.nan
    return _normal_cdf((sharpe - benchmark_a_session) * math.sqrt(len(returns) - 1) / spread)


def deflated_sharpe(returns: np.ndarray, n_trials: float, trial_sharpe_deviation: float) -> float:
    """Probabilistic Sharpe against the best that `n_trials` trials without skill would show (Bailey, López de Prado 2014).

    >>> rising = np.tile([0.02, -0.01], 50)
    >>> deflated_sharpe(rising, 100, 0.2) < deflated_sharpe(rising, 10, 0.2) < probabilistic_sharpe(rising)
    True
    """
    return probabilistic_sharpe(returns, expected_max_sharpe(n_trials, trial_sharpe_deviation))


def expected_max_sharpe(n_trials: float, trial_sharpe_deviation: float) -> float:
    """Sharpe a session that the best of `n_trials` trials without skill shows on average; 0 for one trial.

    >>> expected_max_sharpe(1, 0.1), round(expected_max_sharpe(100, 0.1), 3)
    (0.0, 0.253)
    """
    if n_trials < 1 or trial_sharpe_deviation < 0:
        raise ValueError(
            f"expected 1 or more trials and a deviation of 0 or more; found {n_trials}, {trial_sharpe_deviation}; next: count every trial"
        )
    if n_trials == 1:
        return 0.0
    high, higher = _normal_quantile(1 - 1 / n_trials), _normal_quantile(1 - 1 / (n_trials * math.e))
    return trial_sharpe_deviation * ((1 - EULER) * high + EULER * higher)


def track_record_sessions(returns: np.ndarray, benchmark_a_session: float = 0.0, confidence: float = 0.95) -> float:
    """Sessions needed before the probabilistic Sharpe reaches `confidence`; infinite when the Sharpe is not above the benchmark.

    >>> round(track_record_sessions(np.tile([0.02, -0.01], 50)), 1)
    25.6
    """
    sharpe, spread = _sharpe_and_spread(returns)
    if not spread > 0:
        return math.nan
    return 1.0 + (spread * _normal_quantile(confidence) / (sharpe - benchmark_a_session)) ** 2 if sharpe > benchmark_a_session else math.inf


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
    best = below.argmax(axis=1)
    mine = np.take_along_axis(above, best[:, None], axis=1)
    omega = ((above < mine).sum(axis=1) + ((above == mine).sum(axis=1) + 1.0) / 2.0) / (n_trials + 1.0)
    logits = np.log(omega / (1.0 - omega))
    chosen_in, chosen_out = (side[np.arange(len(best)), best] for side in (below, above))
    covariance = ((chosen_in - chosen_in.mean()) * (chosen_out - chosen_out.mean())).mean()
    return Overfitting(float((logits < 0).mean()), frozen(logits), float(ratio(covariance, chosen_in.var())), n_blocks)


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


def _sharpe_and_spread(returns: np.ndarray) -> tuple[float, float]:
    """The Sharpe a session and √(1 − skew·SR + (kurtosis − 1)/4·SR²); NaN for fewer than 3 sessions or none that varies."""
    if len(returns) < 3 or np.ptp(returns) <= 1e-12 * np.abs(returns).max():
        return math.nan, math.nan
    centred = returns - returns.mean()
    variance = float((centred**2).mean())
    skew, kurtosis = float((centred**3).mean()) / variance**1.5, float((centred**4).mean()) / variance**2
    sharpe = float(returns.mean() / returns.std(ddof=1))
    inside = 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
    return sharpe, math.sqrt(inside) if inside > 0 else math.nan


def _normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def _normal_quantile(share: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(share)
