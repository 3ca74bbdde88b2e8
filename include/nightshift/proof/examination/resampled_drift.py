"""What drift is no drift: the distances that sessions of one stationary column show, drawn in blocks from those it was learned on.

Daily columns are autocorrelated, so that half a year differs from the years before it even when nothing is wrong. Both sides
are therefore drawn again from the learned sessions, in blocks as long as the column resembles itself (stationary bootstrap).
A column that is slower than its history is long cannot be calibrated by anything: how often the learned stretches themselves
would be flagged is measured and shown beside the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nightshift.proof.evaluation.bootstrap import begun_blocks
from nightshift.proof.examination.session_counts import Counted, distances

DRAWS, DRAWS_OF_LEARNED = 2000, 200  # of the new side, and of the longer one, which varies less
BLOCKS = (1.0, 3.0, 8.0, 20.0, 50.0, 120.0)  # mean sessions; a column takes the next longer one
LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class Null:
    """Distances without drift, from the same sessions for every column of one block length."""

    distances: np.ndarray  # (draws, columns, 3)

    @cached_property
    def ordered(self) -> np.ndarray:
        """The same, the smallest first."""
        return np.sort(self.distances, axis=0)

    @property
    def limits(self) -> np.ndarray:
        """(columns, 3): exceeded by one in twenty without drift."""
        return self.ordered[int(len(self.ordered) * (1.0 - LEVEL))]

    def p_values(self, seen: np.ndarray) -> np.ndarray:
        """Chance without drift of a column as far off as this one by its most telling distance; `seen` is (stretches, columns, 3)."""
        n_draws, ordered = len(self.distances), self.ordered
        rank = np.argsort(np.argsort(-self.distances, axis=0, kind="stable"), axis=0, kind="stable") + 1.0
        least = np.sort(rank.min(axis=-1), axis=0)  # of three looks the luckiest: judged against the luckiest of each draw
        out = np.empty(seen.shape[:-1])
        for column in range(seen.shape[1]):
            above = np.stack([n_draws - np.searchsorted(ordered[:, column, k], seen[:, column, k]) for k in range(seen.shape[2])])
            out[:, column] = (np.searchsorted(least[:, column], above.min(axis=0) + 1.0, side="right") + 1.0) / (n_draws + 1.0)
        return np.minimum(out, 1.0)


def null_of(columns: Counted, n_now: int, seed: int) -> Null:
    """Distances of `n_now` sessions from the learned ones when nothing moves."""
    learned = columns.counts[: columns.n_learned]
    blocks = np.searchsorted(BLOCKS, np.minimum(columns.alike(), BLOCKS[-1]))
    null = np.empty((DRAWS, learned.shape[1], 3))
    for which in np.unique(blocks):
        mine = blocks == which
        rng = np.random.default_rng([seed, which])
        before = np.tile(_drawn(learned[:, mine], (DRAWS_OF_LEARNED, len(learned)), BLOCKS[which], rng), (DRAWS // DRAWS_OF_LEARNED, 1, 1))
        null[:, mine] = distances(before, _drawn(learned[:, mine], (DRAWS, n_now), BLOCKS[which], rng), columns.widths[mine])
    return Null(null)


def new_side(columns: Counted) -> np.ndarray:
    """(1, columns, 3): the new sessions against the learned ones."""
    before, now = columns.counts[: columns.n_learned].sum(axis=0), columns.counts[columns.n_learned :].sum(axis=0)
    return distances(before, now, columns.widths)[np.newaxis]


def stretches(columns: Counted, n_now: int) -> np.ndarray:
    """(stretches, columns, 3): each run of `n_now` learned sessions against the other learned ones."""
    learned = columns.counts[: columns.n_learned]
    starts = np.arange(0, len(learned) - n_now + 1, n_now)
    inside = np.stack([learned[start : start + n_now].sum(axis=0) for start in starts])
    return distances(learned.sum(axis=0) - inside, inside, columns.widths)


def _drawn(learned: np.ndarray, shape: tuple[int, int], block_sessions: float, rng: np.random.Generator) -> np.ndarray:
    """Counts (draws, columns, bins) of sessions drawn in blocks."""
    n_sessions, n_columns, n_bins = learned.shape
    index = begun_blocks(rng, n_sessions, shape, block_sessions)
    flat = index + np.arange(shape[0], dtype=np.int64)[:, None] * n_sessions
    times = np.bincount(flat.ravel(), minlength=shape[0] * n_sessions).reshape(shape[0], n_sessions).astype(np.float32)
    return (times @ learned.reshape(n_sessions, -1)).reshape(shape[0], n_columns, n_bins)
