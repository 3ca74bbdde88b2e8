"""Scores → target weights: what a strategy wants to hold after each close. Weights are fractions of the equity, 0 without a score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.config import Costs
from nightshift.proof.metrics.metric import THRESHOLD


def middle(task: str, costs: Costs) -> float:
    """The score above which a strategy buys: `costs.threshold`; 0 for expected returns unless the market says otherwise.

    >>> middle("regression", Costs()), middle("classification", Costs(threshold=0.55))
    (0.0, 0.55)
    """
    untouched = costs.threshold == THRESHOLD
    return 0.0 if task == "regression" and untouched else costs.threshold


def targets(score: np.ndarray, costs: Costs, task: str = "classification") -> np.ndarray:
    """Weights (symbols, sessions) wanted after each close, within the position and leverage limits.

    >>> targets(np.array([[0.9], [0.7], [0.2]]), Costs(style="long_flat")).T
    array([[0.5, 0.5, 0. ]])
    """
    return STYLES[costs.style](score, costs, task)


def long_flat(score: np.ndarray, costs: Costs, task: str) -> np.ndarray:
    """The same weight for every symbol whose score is above the threshold; cash otherwise."""
    return _equal(score > middle(task, costs), costs, _budget(costs))


def long_short(score: np.ndarray, costs: Costs, task: str) -> np.ndarray:
    """Half the budget long above the threshold, half short below its mirror image; a side without a symbol stays in cash."""
    high = middle(task, costs)
    low = 2.0 * (0.0 if task == "regression" else THRESHOLD) - high
    half = _budget(costs) / 2.0
    return _equal(score > high, costs, half) - _equal(score < min(low, high), costs, half)


def top_k(score: np.ndarray, costs: Costs, task: str) -> np.ndarray:
    """One k-th of the budget in each of the k best scores (ties: the first symbol); fewer scores leave cash."""
    del task  # the best are the best in any unit
    order = np.argsort(-np.where(np.isfinite(score), score, -np.inf), axis=0, kind="stable")[: costs.top_k]
    chosen = np.zeros(score.shape, dtype=bool)
    np.put_along_axis(chosen, order, True, axis=0)
    chosen &= np.isfinite(score)
    return chosen * min(_budget(costs) / costs.top_k, costs.max_position_fraction)


def event(score: np.ndarray, costs: Costs, task: str) -> np.ndarray:
    """A symbol is held for `holding_sessions` sessions after each score above the threshold; equal weights among those held."""
    signal = score > middle(task, costs)
    held = signal.copy()
    for back in range(1, costs.holding_sessions):
        held[:, back:] |= signal[:, :-back]
    return _equal(held, costs, _budget(costs))


STYLES: dict[str, Callable[[np.ndarray, Costs, str], np.ndarray]] = {
    "long_flat": long_flat, "long_short": long_short, "top_k": top_k, "event": event,
}  # fmt: skip


def _budget(costs: Costs) -> float:
    return min(1.0, costs.max_leverage)  # a limit on leverage is no wish for it


def _equal(chosen: np.ndarray, costs: Costs, budget: float) -> np.ndarray:
    share = budget / np.maximum(chosen.sum(axis=0), 1)
    return chosen * np.minimum(share, costs.max_position_fraction)
