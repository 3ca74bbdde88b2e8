"""Calls for up and down against what came: the four counts that accuracy, precision, recall and F1 are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nightshift.proof.metrics.additive import by_session
from nightshift.proof.metrics.metric import THRESHOLD, Additive, Answers, ratio


class Calls(NamedTuple):
    """How many rows were called what, by what came."""

    true_up: np.ndarray
    false_up: np.ndarray
    true_down: np.ndarray
    false_down: np.ndarray


def confusion_counts(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> Calls:
    """How many rows were (true up, false up, true down, false down); a score at the threshold is a call for down.

    >>> [int(n) for n in confusion_counts(np.array([1, 0, 0, 1]), np.array([0.9, 0.8, 0.2, 0.5]))]
    [1, 1, 1, 1]
    """
    return Calls(*_called(label, score, threshold).sum(axis=1))


def of_calls(formula: Callable[[Calls], np.ndarray]) -> Additive:
    """A metric that is a formula of the four counts; all such metrics share one counting."""
    return Additive(_by_session, lambda totals: formula(Calls(*np.moveaxis(totals, -1, 0))))


def right(n: Calls) -> np.ndarray:
    """Share of the rows that were called right."""
    return ratio(n.true_up + n.true_down, n.true_up + n.false_up + n.true_down + n.false_down)


def ups_found(n: Calls) -> np.ndarray:
    """Share of the ups that were called up."""
    return ratio(n.true_up, n.true_up + n.false_down)


def _called(label: np.ndarray, score: np.ndarray, threshold: float) -> np.ndarray:
    up, called = label > 0.5, score > threshold
    return np.stack([up & called, ~up & called, ~up & ~called, up & ~called])


def _by_session(answers: Answers) -> np.ndarray:
    return by_session(_called(answers.label, answers.score, answers.threshold).astype(np.float64), answers)
