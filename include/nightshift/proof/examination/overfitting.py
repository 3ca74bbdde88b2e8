"""How much of a Sharpe ratio is luck and selection: probabilistic and deflated Sharpe, and track record length.

All Sharpe ratios here are a session, not a year. NaN where a series does not carry the number.
"""

from __future__ import annotations

import math

import numpy as np

from nightshift.proof.metrics.ruin import until_ruin

EULER = 0.5772156649015329


def sharpe_a_session(returns: np.ndarray) -> np.ndarray:
    """Mean over sample deviation along the last axis, not annualised; 0 where the returns do not vary."""
    returns = until_ruin(returns)
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


def _sharpe_and_spread(returns: np.ndarray) -> tuple[float, float]:
    """The Sharpe a session and √(1 − skew·SR + (kurtosis − 1)/4·SR²); NaN for fewer than 3 sessions or none that varies."""
    if len(returns) < 3 or np.ptp(returns) <= 1e-12 * np.abs(returns).max():
        return math.nan, math.nan
    returns = until_ruin(returns)
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
