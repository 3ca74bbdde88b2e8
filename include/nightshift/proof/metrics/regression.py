"""Regression metrics: one plain function each, of labels (returns that came) and scores (returns expected), one a row."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.additive import mean_of, rowwise, share
from nightshift.proof.metrics.correlation import constant, correlation, correlation_of_sums, rank_products, ranks
from nightshift.proof.metrics.declaring import metric
from nightshift.proof.metrics.metric import Answers, ratio
from nightshift.proof.metrics.unit import FRACTION, RETURN, Unit

SMALLEST_MOVE = 1e-12  # a return fraction below the rounding of a price ratio is no move


def moved(label: np.ndarray) -> np.ndarray:
    """Which rows' returns are a move, and not the rounding of a price ratio.

    >>> moved(np.array([0.01, 0.0, -1e-300])).tolist()
    [True, False, False]
    """
    return np.abs(label) > SMALLEST_MOVE


def _moved_error(answers: Answers) -> np.ndarray:
    asked = moved(answers.label)
    error = np.abs(answers.score - answers.label) / np.where(asked, np.abs(answers.label), 1.0)
    return np.stack([np.where(asked, error, 0.0), asked.astype(np.float64)])


def _squares(answers: Answers) -> np.ndarray:
    label = answers.label
    return np.stack([np.ones_like(label), (answers.score - label) ** 2, label, label**2])


def _explained(totals: np.ndarray) -> np.ndarray:
    count, error, label, label_squared = np.moveaxis(totals, -1, 0)
    return 1.0 - ratio(error, label_squared - ratio(label**2, count))


@metric(
    "regression", unit=RETURN, better="lower", group="Skill", label="RMSE", lowest=0.0,
    additive=mean_of(lambda label, score: (score - label) ** 2, np.sqrt),
)  # fmt: skip
def rmse(label: np.ndarray, score: np.ndarray) -> float:
    """Root mean squared error, in the label's own unit (a return fraction); 0 is perfect.

    >>> round(rmse(np.array([0.03, -0.01]), np.array([-0.01, -0.01])), 4)
    0.0283
    """
    return float(np.sqrt(np.mean((score - label) ** 2))) if len(label) else np.nan


@metric(
    "regression", unit=RETURN, better="lower", group="Skill", label="MAE", lowest=0.0,
    additive=mean_of(lambda label, score: np.abs(score - label)),
)  # fmt: skip
def mae(label: np.ndarray, score: np.ndarray) -> float:
    """Mean absolute error, in the label's own unit (a return fraction); 0 is perfect.

    >>> mae(np.array([0.04, -0.01]), np.array([0.0, -0.01]))
    0.02
    """
    return float(np.mean(np.abs(score - label))) if len(label) else np.nan


@metric(
    "regression", unit=Unit("fraction of the label", "percent", lowest=0.0), better="lower", group="Skill", label="MAPE",
    undefined="0 of 1 rows that moved", additive=rowwise(_moved_error, share),
)  # fmt: skip
def mape(label: np.ndarray, score: np.ndarray) -> float:
    """Mean absolute error as a fraction of the label, over rows whose label is a move (0.5 is 50 %); 0 is perfect.

    >>> mape(np.array([0.02, 0.0]), np.array([0.01, 0.5])), mape(np.array([0.02, 1e-313]), np.array([0.01, 0.5]))
    (0.5, 0.5)
    """
    asked = moved(label)
    return float(np.mean(np.abs(score[asked] / label[asked] - 1.0))) if asked.any() else np.nan


@metric(
    "regression", unit=Unit("share of variance", "ratio", highest=1.0), better="higher", group="Skill", label="R²",
    undefined="1 of 2 distinct outcomes", additive=rowwise(_squares, _explained),
)  # fmt: skip
def r2(label: np.ndarray, score: np.ndarray) -> float:
    """Share of the labels' variance explained: 1 is perfect, 0 is their mean, negative is worse than their mean.

    >>> r2(np.array([0.01, -0.01]), np.array([-0.01, 0.01]))
    -3.0
    """
    around = ((label - label.mean()) ** 2).sum()
    if constant(label) or not around:  # the squares of tiny labels are lost in rounding
        return np.nan
    return float(1.0 - ((score - label) ** 2).sum() / around)


@metric(
    "regression", unit=FRACTION, better="higher", group="Skill", label="Directional accuracy",
    additive=mean_of(lambda label, score: ((label > 0) == (score > 0)).astype(np.float64)),
)  # fmt: skip
def directional_accuracy(label: np.ndarray, score: np.ndarray) -> float:
    """Share of rows whose expected return has the sign that came, 0 to 1; not moving counts as not up.

    >>> directional_accuracy(np.array([0.02, -0.01]), np.array([0.01, 0.01]))
    0.5
    """
    return float(np.mean((label > 0) == (score > 0))) if len(label) else np.nan


@metric(
    "regression", unit=Unit("correlation", "ratio", lowest=-1.0, highest=1.0), better="higher", group="Skill",
    label="Information coefficient", undefined="1 of 2 distinct scores or outcomes", additive=rowwise(rank_products, correlation_of_sums),
)  # fmt: skip
def information_coefficient(label: np.ndarray, score: np.ndarray) -> float:
    """Spearman rank correlation of expected and realised return, −1 to 1; undefined for constant series.

    >>> round(information_coefficient(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])), 9)
    -1.0
    """
    return correlation(ranks(label), ranks(score))
