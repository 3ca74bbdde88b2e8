"""Is the best of the night better than its benchmark, and which cannot be told from it? Hansen's SPA and model confidence set.

The same numbers as `arch.bootstrap.SPA` and `MCS` on the same draws (the tests compare them); written out here because
importing `arch` costs seconds and the draws are already made.
"""

from __future__ import annotations

import math

import numpy as np

from nightshift.proof.evaluation.bootstrap import Replicas

DIFFERS = 1e-12  # two series closer than this everywhere are one


def superior_ability(benchmark: np.ndarray, candidates: dict[str, np.ndarray], drawn: Replicas) -> float | None:
    """p-value that no candidate earns more than the benchmark (SPA, consistent); None when no candidate differs from it.

    >>> from nightshift.proof.evaluation.bootstrap import replicas
    >>> flat, rising = np.zeros(100), np.tile([0.02, -0.01], 50)
    >>> drawn = replicas(100, block_sessions=3.0)
    >>> superior_ability(flat, {"rising": rising}, drawn) < 0.05 < superior_ability(flat, {"falling": -rising}, drawn)
    True
    """
    moving = [one - benchmark for one in candidates.values() if np.ptp(one - benchmark) > DIFFERS]
    if not moving:
        return None
    gains = np.column_stack(moving)
    mean, n_sessions = gains.mean(axis=0), len(gains)
    bound = -np.sqrt(long_run_variance(gains, drawn.block_sessions) / n_sessions * 2.0 * math.log(math.log(n_sessions)))
    recentred = np.where(mean >= bound, mean, 0.0)  # a hopeless candidate does not widen the null
    null = drawn.times_drawn @ gains / n_sessions - recentred
    return float((null.max(axis=1) > mean.max()).mean())


def long_run_variance(gains: np.ndarray, block_sessions: float) -> np.ndarray:
    """Variance of √n × mean under the stationary bootstrap, a column (Politis and Romano 1994)."""
    n, keep = len(gains), 1.0 - 1.0 / max(block_sessions, 1.0)
    centred = gains - gains.mean(axis=0)
    lag = np.arange(1, n)
    kernel = (1.0 - lag / n) * keep**lag + (lag / n) * keep ** (n - lag)
    covariance = np.stack([(centred[: n - one] * centred[one:]).sum(axis=0) for one in lag]) / n
    return (centred**2).sum(axis=0) / n + 2.0 * (kernel[:, None] * covariance).sum(axis=0)


def confidence_set(candidates: dict[str, np.ndarray], drawn: Replicas) -> dict[str, float] | None:
    """For each candidate the largest size at which it stays among the best (MCS, range statistic); None with fewer than two that differ.

    Those above 0.10, say, cannot be told from the best on this many sessions.
    """
    names = _distinct(candidates)
    if len(names) < 2:
        return None
    losses = -np.column_stack([candidates[name] for name in names])
    worse = losses.mean(axis=0)[:, None] - losses.mean(axis=0)
    means = drawn.times_drawn @ losses / len(losses)
    null = means[:, :, None] - means[:, None, :] - worse
    spread = np.sqrt((null**2).mean(axis=0) + np.eye(len(names)))
    return _eliminated(names, worse / spread, null / spread)


def _eliminated(names: list[str], observed: np.ndarray, null: np.ndarray) -> dict[str, float]:
    """Take the worst out until one is left; a p-value is never below that of one taken out before."""
    left, out, largest = list(range(len(names))), {}, 0.0
    while len(left) > 1:
        inside = observed[np.ix_(left, left)]
        statistic = inside.max()
        largest = max(largest, float((statistic < null[:, left][:, :, left].max(axis=(1, 2))).mean()))
        taken = left[int(np.argwhere(inside == statistic)[0][0])]
        out[names[taken]] = largest
        left.remove(taken)
    return out | {names[left[0]]: 1.0}


def _distinct(candidates: dict[str, np.ndarray]) -> list[str]:
    """Names whose series differ: two equal ones would leave a difference without variance."""
    kept: list[str] = []
    for name, one in candidates.items():
        if all(np.ptp(one - candidates[other]) > DIFFERS for other in kept):
            kept.append(name)
    return kept
