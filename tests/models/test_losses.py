"""Losses have one home and one epsilon: what a search minimises, what stops a fit early and what a report prints are one number."""

import numpy as np
import pytest

from nightshift.models import losses
from nightshift.proof.metrics import METRICS

LABEL = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
SCORE = np.array([0.9, 0.2, 0.5, 1.0, 0.0])  # the last two are certain, and wrong


def test_the_loss_of_a_fit_is_the_metric_that_is_printed():
    mean = losses.mean_loss(task="classification", label=LABEL, score=SCORE)
    assert mean == METRICS["log_loss"].of(LABEL, SCORE)
    assert mean == pytest.approx(np.mean([-np.log(0.9), -np.log(0.8), np.log(2), *[52 * np.log(2)] * 2]))


def test_returns_are_measured_by_their_squared_error():
    returns = np.array([0.01, -0.02, 0.0, 0.03, -0.01])
    assert losses.mean_loss(task="regression", label=returns, score=SCORE) == pytest.approx(METRICS["rmse"].of(returns, SCORE) ** 2)


def test_weights_count_rows():
    weight = np.array([3.0, 1.0, 0.0, 0.0, 0.0])
    found = losses.mean_loss(task="classification", label=LABEL, score=SCORE, weight=weight)
    assert found == pytest.approx((-3 * np.log(0.9) - np.log(0.8)) / 4)


def test_labels_and_scores_cannot_be_swapped_unseen():
    with pytest.raises(TypeError):
        losses.mean_loss("classification", LABEL, SCORE)
    with pytest.raises(TypeError):
        losses.nats(LABEL, SCORE)
