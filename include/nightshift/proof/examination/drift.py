"""How far each column has moved from what was learned: the newest sessions against the training rows.

Daily columns are autocorrelated, so a stretch of half a year differs from years before it even when nothing is wrong:
these numbers are shown, they decide nothing.
"""

from __future__ import annotations

import numpy as np

from nightshift.nouns.questions import ColumnDrift
from nightshift.proof.evaluation.material import Material

MOST_ROWS = 20_000  # of each side, evenly spaced
N_BINS = 10


def drifts(material: Material) -> tuple[ColumnDrift, ...]:
    """Every column on the test part against everything before validation, the one that moved most first."""
    learned = np.arange(int(material.sessions["validate"][0]))
    rows = []
    for place, name in enumerate(material.panel.names):
        before, now = (_sample(material.panel.values[:, at, place]) for at in (learned, material.sessions["test"]))
        if len(before) and len(now):
            rows.append((population_stability(before, now), name, ks_distance(before, now), mean_shift(before, now)))
    ordered = sorted(rows, key=lambda row: -row[0])
    return tuple(ColumnDrift(column=name, psi=psi, ks_distance=apart, mean_shift=shift) for psi, name, apart, shift in ordered)


def population_stability(before: np.ndarray, now: np.ndarray) -> float:
    """Population stability index over the deciles of `before`: 0 when nothing moved; above 0.25 is commonly called a shift.

    >>> population_stability(np.arange(100.0), np.arange(100.0))
    0.0
    >>> population_stability(np.arange(100.0), np.arange(100.0) + 50) > 0.25
    True
    """
    edges = np.unique(np.quantile(before, np.linspace(0, 1, N_BINS + 1)[1:-1]))
    expected, actual = (np.bincount(np.searchsorted(edges, side, side="right"), minlength=len(edges) + 1) for side in (before, now))
    share, other = (np.maximum(counts / counts.sum(), 1e-4) for counts in (expected, actual))
    return float(np.sum((other - share) * np.log(other / share)))


def ks_distance(before: np.ndarray, now: np.ndarray) -> float:
    """The largest gap between the two distribution functions, from 0 (the same) to 1 (apart).

    >>> ks_distance(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    1.0
    """
    everywhere = np.concatenate([before, now])
    shares = [np.searchsorted(np.sort(side), everywhere, side="right") / len(side) for side in (before, now)]
    return float(np.abs(shares[0] - shares[1]).max())


def mean_shift(before: np.ndarray, now: np.ndarray) -> float:
    """How many standard deviations of `before` the mean has moved; positive when it rose, 0 where `before` never varies.

    >>> mean_shift(np.array([0.0, 2.0]), np.array([3.0, 3.0]))
    2.0
    """
    spread = float(before.std())
    return float((now.mean() - before.mean()) / spread) if spread else 0.0


def _sample(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)].astype(np.float64)
    return known[:: max(len(known) // MOST_ROWS, 1)]
