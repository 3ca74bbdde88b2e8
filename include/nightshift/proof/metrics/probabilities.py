"""Metrics of probabilities, whatever is called: one plain function each, of labels (1 up, 0 down) and scores (probability of up)."""

from __future__ import annotations

import numpy as np

from nightshift.models import losses
from nightshift.proof.metrics.additive import mean_of, rowwise, share
from nightshift.proof.metrics.calls import confusion_counts, right
from nightshift.proof.metrics.declaring import metric
from nightshift.proof.metrics.metric import THRESHOLD, Additive, Answers, ratio
from nightshift.proof.metrics.unit import FRACTION, SCORE, Unit

SCORE_BINS = 128  # areas under a curve are added up over this many score quantiles
CLASSES = "1 of 2 outcomes"


def counts_by_score(label: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many ups and how many downs have each distinct score, in ascending order of score."""
    distinct, place = np.unique(score, return_inverse=True)
    ups = np.bincount(place, weights=label > 0.5, minlength=len(distinct))
    return ups, np.bincount(place, minlength=len(distinct)) - ups


def _histogram(answers: Answers) -> np.ndarray:
    """Ups, then downs, in each score quantile, per session."""
    edges = np.unique(np.quantile(answers.score, np.linspace(0, 1, SCORE_BINS + 1)[1:-1]))
    place = np.searchsorted(edges, answers.score, side="right") + np.where(answers.label > 0.5, 0, SCORE_BINS)
    counts = np.bincount(answers.session * (2 * SCORE_BINS) + place, minlength=answers.n_sessions * 2 * SCORE_BINS)
    return counts.reshape(answers.n_sessions, 2 * SCORE_BINS).astype(np.float64)


def _area_of_totals(totals: np.ndarray) -> np.ndarray:
    return _area_under_roc(totals[..., :SCORE_BINS], totals[..., SCORE_BINS:])


def _area_under_roc(ups: np.ndarray, downs: np.ndarray) -> np.ndarray:
    below = np.cumsum(downs, axis=-1) - downs
    return ratio((ups * (below + 0.5 * downs)).sum(axis=-1), ups.sum(axis=-1) * downs.sum(axis=-1))


def _average_precision(totals: np.ndarray) -> np.ndarray:
    ups, downs = totals[..., SCORE_BINS - 1 :: -1], totals[..., : SCORE_BINS - 1 : -1]
    reached = ratio(np.cumsum(ups, axis=-1), np.cumsum(ups + downs, axis=-1))
    return ratio(np.where(ups > 0, ups * reached, 0.0).sum(axis=-1), ups.sum(axis=-1))


def _nats(label: np.ndarray, score: np.ndarray) -> np.ndarray:
    return losses.nats(label=label, score=score)


def _binned_gaps(answers: Answers) -> np.ndarray:
    chosen = np.clip((answers.score * 10).astype(int), 0, 9)
    gaps = np.where(chosen == np.arange(10)[:, None], (answers.label > 0.5) - answers.score, 0.0)
    return np.vstack([gaps, np.ones(len(answers.label))])


def _sure_and_right(answers: Answers) -> np.ndarray:
    distance = np.abs(answers.score - answers.threshold)
    sure = distance >= np.quantile(distance, 0.8)
    return np.stack([sure & ((answers.label > 0.5) == (answers.score > answers.threshold)), sure]).astype(np.float64)


@metric(
    "classification", unit=SCORE, better="higher", group="Skill", label="ROC-AUC", undefined=CLASSES,
    additive=Additive(_histogram, _area_of_totals),
)  # fmt: skip
def roc_auc(label: np.ndarray, score: np.ndarray) -> float:
    """Chance that an up scores above a down, ties counting half; 0.5 is a coin; undefined with one class.

    >>> roc_auc(np.array([1, 1, 0, 0]), np.array([0.9, 0.3, 0.4, 0.1]))
    0.75
    """
    return float(_area_under_roc(*counts_by_score(label, score)))


@metric(
    "classification", unit=SCORE, better="higher", group="Skill", label="PR-AUC", undefined=CLASSES,
    additive=Additive(_histogram, _average_precision),
)  # fmt: skip
def pr_auc(label: np.ndarray, score: np.ndarray) -> float:
    """Average precision over the recall steps, 0 to 1; the share of ups is a coin's; undefined with one class.

    >>> round(pr_auc(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])), 3)
    0.833
    """
    from_ups, from_downs = (counts[::-1] for counts in counts_by_score(label, score))
    reached = ratio(np.cumsum(from_ups), np.cumsum(from_ups + from_downs))
    both = from_ups.sum() * from_downs.sum()
    return float((from_ups * reached).sum() / from_ups.sum()) if both else np.nan


@metric("classification", unit=Unit("nats", "ratio", lowest=0.0), better="lower", group="Skill", label="Log-loss", additive=mean_of(_nats))
def log_loss(label: np.ndarray, score: np.ndarray) -> float:
    """Mean negative log-likelihood in nats; 0 is perfect, log 2 = 0.693 is a coin, lower is better.

    >>> round(log_loss(np.array([1, 0]), np.array([0.5, 0.5])), 3)
    0.693
    """
    return float(np.mean(_nats(label, score))) if len(label) else np.nan


@metric(
    "classification", unit=Unit("squared probability", "ratio", lowest=0.0, highest=1.0), better="lower", group="Skill",
    label="Brier score", additive=mean_of(lambda label, score: (score - (label > 0.5)) ** 2),
)  # fmt: skip
def brier(label: np.ndarray, score: np.ndarray) -> float:
    """Mean squared distance of probability and outcome; 0 is perfect, 0.25 is a coin, lower is better.

    >>> brier(np.array([1, 0]), np.array([0.5, 0.5]))
    0.25
    """
    return float(np.mean((score - (label > 0.5)) ** 2)) if len(label) else np.nan


@metric(
    "classification", unit=Unit("probability", "ratio", lowest=0.0, highest=1.0), better="lower", group="Skill", label="Calibration error",
    additive=rowwise(_binned_gaps, lambda totals: ratio(np.abs(totals[..., :10]).sum(axis=-1), totals[..., 10])),
)  # fmt: skip
def calibration_error(label: np.ndarray, score: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean |share of ups − mean probability| over equal-width bins; 0 is calibrated.

    >>> round(calibration_error(np.array([1, 1, 0, 0]), np.array([0.95, 0.95, 0.05, 0.05])), 3)
    0.05
    """
    chosen = np.clip((score * bins).astype(int), 0, bins - 1)
    gap = np.bincount(chosen, weights=(label > 0.5) - score, minlength=bins)
    return float(ratio(np.abs(gap).sum(), len(label)))


@metric(
    "classification", unit=FRACTION, better="higher", group="Skill", label="Confident accuracy", leads=True,
    additive=rowwise(_sure_and_right, share),
)  # fmt: skip
def confident_accuracy(label: np.ndarray, score: np.ndarray, threshold: float = THRESHOLD) -> float:
    """Accuracy of the fifth of the rows whose scores are furthest from the threshold, 0 to 1.

    >>> confident_accuracy(np.array([1, 0, 0, 1, 1]), np.array([0.99, 0.6, 0.6, 0.4, 0.4]))
    1.0
    """
    if not len(label):
        return np.nan
    distance = np.abs(score - threshold)
    sure = distance >= np.quantile(distance, 0.8)
    return float(right(confusion_counts(label[sure], score[sure], threshold)))
