"""How far scores are from outcomes, for a row or for all; lower is better. The only place where a log loss is written."""

from __future__ import annotations

import numpy as np

from nightshift.models.family import Task

EPSILON = float(np.finfo(np.float64).eps)  # no probability counts as surer than what float64 can tell from 0 and 1
EPSILON_FLOAT32 = 1e-7  # the same inside a network's float32


def nats(*, label: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Log loss of each row: minus the logarithm of the probability that was given to what happened.

    >>> nats(label=np.array([1.0, 0.0, 0.0]), score=np.array([0.5, 0.5, 1.0])).round(3)
    array([ 0.693,  0.693, 36.044])
    """
    sure = np.clip(score, EPSILON, 1 - EPSILON)
    return -np.where(label > 0.5, np.log(sure), np.log1p(-sure))


def of_rows(*, task: Task, label: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The loss of each row: log loss of a probability, squared error of an expected return."""
    return (score - label) ** 2 if task == "regression" else nats(label=label, score=score)


def mean_loss(*, task: Task, label: np.ndarray, score: np.ndarray, weight: np.ndarray | None = None) -> float:
    """Mean log loss of probabilities, or mean squared error of expected returns.

    >>> round(mean_loss(task="classification", label=np.array([1.0]), score=np.array([0.8])), 4)
    0.2231
    >>> mean_loss(task="regression", label=np.array([0.0, 0.0]), score=np.array([3.0, 4.0]))
    12.5
    """
    return float(np.average(of_rows(task=task, label=label, score=score), weights=weight))
