"""A column as counts of its values a session, so that any resampling of whole sessions is one matrix product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.proof.evaluation.block_length import block_sessions

N_BINS = 20  # of equal share among the learned values; an even number, as pairs of them are the deciles of the stability index


@dataclass(frozen=True, eq=False)
class Counted:
    """Values a session and bin of every column; the last sessions are those that are compared with the first."""

    counts: np.ndarray  # float32 (sessions, columns, bins)
    widths: np.ndarray  # (columns, bins − 1): from the middle of a bin to that of the next, in deviations of the learned values
    n_learned: int

    def alike(self) -> np.ndarray:
        """Mean sessions of a block within which each column resembles itself: of its level, and of its spread."""
        rank = np.arange(N_BINS) / (N_BINS - 1.0) - 0.5
        series = np.stack([np.abs(rank), rank]) @ np.moveaxis(self.counts[: self.n_learned], -1, 0).reshape(N_BINS, -1)
        total = self.counts[: self.n_learned].sum(axis=-1)
        means = np.divide(series.reshape(2, *total.shape), total, out=np.full((2, *total.shape), np.nan), where=total > 0)
        return np.array([max(block_sessions(one[np.isfinite(one)]) for one in means[:, :, column]) for column in range(total.shape[1])])


def counted(values: np.ndarray, n_learned: int) -> Counted:
    """Values (columns, symbols, sessions) in bins of equal share among those of the first `n_learned` sessions."""
    n_columns, _, n_sessions = values.shape
    counts, widths = np.zeros((n_sessions, n_columns, N_BINS), dtype=np.float32), np.zeros((n_columns, N_BINS - 1))
    session = np.broadcast_to(np.arange(n_sessions), values.shape[1:])
    for column, mine in enumerate(values):
        known = np.isfinite(mine)
        learned = mine[:, :n_learned][known[:, :n_learned]]
        if not len(learned):
            continue
        edges = np.quantile(learned, np.linspace(0.0, 1.0, N_BINS + 1)[1:-1]).astype(mine.dtype)
        place = np.searchsorted(edges, mine[known], side="right")
        flat = session[known] * N_BINS + place
        counts[:, column] = np.bincount(flat, minlength=n_sessions * N_BINS).reshape(n_sessions, N_BINS)
        widths[column] = _widths(place, mine[known], float(learned.std()))
    return Counted(counts, widths, n_learned)


def distances(before: np.ndarray, now: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """How far counts (…, columns, bins) are apart: (…, columns, 3): stability index, Kolmogorov–Smirnov, Wasserstein."""
    share, other = (side / np.maximum(side.sum(axis=-1, keepdims=True), 1.0) for side in (before, now))
    tenths = [np.maximum(one.reshape(*one.shape[:-1], -1, 2).sum(axis=-1), 1e-4) for one in (share, other)]
    stability = ((tenths[1] - tenths[0]) * np.log(tenths[1] / tenths[0])).sum(axis=-1)
    gap = np.abs(np.cumsum(other - share, axis=-1))[..., :-1]
    return np.stack([stability, gap.max(axis=-1), (gap * widths).sum(axis=-1)], axis=-1)


def _widths(place: np.ndarray, values: np.ndarray, spread: float) -> np.ndarray:
    count = np.bincount(place, minlength=N_BINS)
    total = np.bincount(place, weights=values, minlength=N_BINS)
    there = np.flatnonzero(count)
    middles = np.interp(np.arange(N_BINS), there, total[there] / count[there])  # an empty bin has no width of its own
    return np.maximum(np.diff(middles), 0.0) / spread if spread else np.zeros(N_BINS - 1)
