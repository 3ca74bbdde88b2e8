"""Several scores into one: equal weights, weights on the simplex, or a small model of the scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.family import Task
from nightshift.models.losses import mean_loss

_SURE = 1e-6  # a probability is never taken as more certain than this
_RIDGE = 1.0  # rows that speak for no weight at all


@dataclass(frozen=True)
class Weights:
    """score = Σ weight × score + intercept, on the scores themselves (linear) or on their log odds (log_odds)."""

    scale: str
    weights: tuple[float, ...]
    intercept: float = 0.0


def equal(n_members: int) -> Weights:
    """Every member counts the same."""
    return Weights("linear", (1.0 / n_members,) * n_members)


def combined(weights: Weights, scores: np.ndarray) -> np.ndarray:
    """The scores (rows, members) as one a row.

    >>> combined(Weights("log_odds", (1.0, 0.0)), np.array([[0.25, 0.9]])).round(3).tolist()
    [0.25]
    """
    inputs = _log_odds(scores) if weights.scale == "log_odds" else scores
    total = (inputs * np.array(weights.weights)).sum(axis=1) + weights.intercept
    return 1.0 / (1.0 + np.exp(-np.clip(total, -30.0, 30.0))) if weights.scale == "log_odds" else total


def blended(task: Task, scores: np.ndarray, label: np.ndarray) -> Weights:
    """Weights that are not negative and sum to 1, with the lowest loss of the weighted mean."""
    from scipy.optimize import minimize

    unit = 1.0 if task == "classification" else max(float(label.std()), 1e-12)
    start = np.full(scores.shape[1], 1.0 / scores.shape[1])
    found = minimize(
        lambda weights: mean_loss(task=task, label=label / unit, score=scores @ weights / unit),
        start, method="SLSQP", bounds=[(0.0, 1.0)] * len(start), constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1.0},
    )  # fmt: skip
    if not found.success:
        raise TrainingFailed(expected="weights of the members", found=f"none ({found.message})", next_step="use vote, or other members")
    shares = np.clip(found.x, 0.0, 1.0)
    return Weights("linear", tuple((shares / shares.sum()).tolist()))


def stacked(task: Task, scores: np.ndarray, label: np.ndarray) -> Weights:
    """A logistic regression on the members' log odds, or a ridge regression on their forecasts."""
    if task == "regression":
        return _ridge(scores, label)
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(label)) < 2:
        raise TrainingFailed(
            expected="both classes among the out-of-fold labels",
            found=f"only {label[0]:g}",
            next_step="use fewer folds or a longer history",
        )
    learner = LogisticRegression(C=1.0, max_iter=1000).fit(_log_odds(scores), label)
    return Weights("log_odds", tuple(learner.coef_[0].tolist()), float(learner.intercept_[0]))


def _ridge(scores: np.ndarray, label: np.ndarray) -> Weights:
    centre = scores.mean(axis=0)
    unit = max(float(np.sqrt(np.square(scores - centre).mean())), 1e-12)
    standard = (scores - centre) / unit
    gram = standard.T @ standard + _RIDGE * np.eye(scores.shape[1])
    weights = np.linalg.solve(gram, standard.T @ (label - label.mean())) / unit
    return Weights("linear", tuple(weights.tolist()), float(label.mean() - centre @ weights))


def _log_odds(scores: np.ndarray) -> np.ndarray:
    sure = np.clip(scores, _SURE, 1.0 - _SURE)
    return np.log(sure / (1.0 - sure))
