"""Which columns a model leans on: its own account where it has one, else what shuffling a column in blocks of sessions costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nightshift.nouns.panel import Panel, Rows
from nightshift.nouns.questions import Agreement, Importance
from nightshift.proof.examination.earlier import Earlier
from nightshift.proof.metrics.correlation import correlation, ranks

if TYPE_CHECKING:
    from nightshift.models import Fitted
    from nightshift.training.proven import Proven

MAX_ROWS = 4000
SHUFFLES = 3
BLOCK_SESSIONS = 5


def importance(fitted: Fitted | Proven, rows: Rows, seed: int, champions: Earlier | None) -> Importance:
    """Column → importance, 0 or more, largest first; and how far that is the order of the champion's examination."""
    sample = thinned(rows)
    native = fitted.importance(sample)
    values, method = (
        (native, "native contributions") if native else (permutation(fitted, sample, seed), "permutation in blocks of sessions")
    )
    known = {name: value for name, value in values.items() if np.isfinite(value)}
    ordered = dict(sorted(known.items(), key=lambda pair: (-pair[1], pair[0])))
    agreed = agreement(champions, ordered) if champions else None
    return Importance(family=fitted.family, method=method, rows=len(sample), values=ordered, champion=agreed)


def thinned(rows: Rows, most: int = MAX_ROWS) -> Rows:
    """The rows of the last sessions, whole sessions, at most about `most`."""
    if len(rows) <= most:
        return rows
    first = rows.session[len(rows) - most]
    kept = rows.session > first if (rows.session > first).any() else rows.session >= first
    return Rows(rows.panel, rows.symbol[kept], rows.session[kept])


def permutation(fitted: Fitted | Proven, rows: Rows, seed: int) -> dict[str, float]:
    """Increase of the mean squared error of the score when a column's sessions are shuffled in blocks, averaged over shuffles."""
    near, asked = cut(rows, fitted.warmup_sessions)
    label = asked.label
    base = float(np.mean((fitted.predict(asked) - label) ** 2))
    rng, out = np.random.default_rng(seed), {}
    orders = [shuffled_blocks(len(near.sessions), rng) for _ in range(SHUFFLES)]
    for column, name in enumerate(near.names):
        worse = [float(np.mean((fitted.predict(_with(asked, column, order)) - label) ** 2)) for order in orders]
        out[name] = max(float(np.mean(worse)) - base, 0.0)
    return out


def cut(rows: Rows, warmup_sessions: int) -> tuple[Panel, Rows]:
    """The part of the panel that a model reads for these rows, and the rows on it."""
    panel = rows.panel
    first = max(int(rows.session.min()) - warmup_sessions, 0)
    span = slice(first, int(rows.session.max()) + 1)
    near = replace(panel, sessions=panel.sessions[span], values=np.array(panel.values[:, span]), label=np.array(panel.label[:, span]))
    return near, Rows(near, rows.symbol, (rows.session - first).astype(np.int32))


def shuffled_blocks(n_sessions: int, rng: np.random.Generator) -> np.ndarray:
    """Session indices with blocks of a week in random order: a column keeps its dependence in time, and loses its place.

    >>> order = shuffled_blocks(10, np.random.default_rng(0))
    >>> sorted(order.tolist()) == list(range(10))
    True
    """
    blocks = np.array_split(np.arange(n_sessions), max(n_sessions // BLOCK_SESSIONS, 2))
    return np.concatenate([blocks[place] for place in rng.permutation(len(blocks))])


def agreement(earlier: Earlier, values: dict[str, float]) -> Agreement | None:
    """Rank correlation with an earlier examination's importance; none with fewer than three columns in both."""
    before = {column: value or 0.0 for column, value in earlier.examination.importance.values.items()}
    both = sorted(values.keys() & before.keys())
    if len(both) < 3:
        return None
    mine, theirs = (ranks(np.array([side[column] for column in both])) for side in (values, before))
    family = earlier.examination.importance.family
    return Agreement(night=earlier.night, family=family, columns=len(both), rank_correlation=correlation(mine, theirs))


def _with(rows: Rows, column: int, order: np.ndarray) -> Rows:
    values = rows.panel.values.copy()
    values[:, :, column] = values[:, order, column]
    moved = replace(rows.panel, values=np.where(np.isfinite(values), values, rows.panel.values))
    return Rows(moved, rows.symbol, rows.session)
