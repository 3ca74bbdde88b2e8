"""How right the scores were, as curves, bins and counts: pure functions of one name's answers; at most `POINTS` points a curve."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.drawn_curves import CalibrationBin, ConfidenceBin, Confusion, PrecisionCurve, RocCurve
from nightshift.proof.metrics.calls import confusion_counts
from nightshift.proof.metrics.classification import accuracy
from nightshift.proof.metrics.metric import Answers, ratio
from nightshift.proof.metrics.probabilities import counts_by_score

POINTS = 200
BINS = 10


def roc(answers: Answers) -> RocCurve | None:
    """False against true alarms from (0, 0) to (1, 1), from the highest score down; none with one outcome.

    >>> roc(Answers(np.array([1.0, 0.0]), np.array([0.9, 0.1]), np.array([0, 0]), 1))
    RocCurve(false_up=(0.0, 0.0, 1.0), true_up=(0.0, 1.0, 1.0))
    """
    ups, downs = (np.concatenate([[0], np.cumsum(one[::-1])]) for one in counts_by_score(answers.went_up, answers.score))
    if not ups[-1] or not downs[-1]:
        return None
    kept = _thinned(len(ups))
    return RocCurve(false_up=downs[kept] / downs[-1], true_up=ups[kept] / ups[-1])


def precision_recall(answers: Answers) -> PrecisionCurve | None:
    """Precision at each recall, from the highest score down; none with one outcome.

    >>> precision_recall(Answers(np.array([1.0, 0.0]), np.array([0.9, 0.1]), np.array([0, 0]), 1))
    PrecisionCurve(recall=(1.0, 1.0), precision=(1.0, 0.5))
    """
    ups, downs = (np.cumsum(one[::-1]) for one in counts_by_score(answers.went_up, answers.score))
    if not len(ups) or not ups[-1] or not downs[-1]:
        return None
    kept = _thinned(len(ups))
    return PrecisionCurve(recall=ups[kept] / ups[-1], precision=ups[kept] / (ups + downs)[kept])


def calibration(answers: Answers, bins: int = BINS) -> tuple[CalibrationBin, ...]:
    """Rows in equally filled bins of score: mean score against the share that went up (or the mean return that came)."""
    if not len(answers.score):
        return ()
    edges = np.unique(np.quantile(answers.score, np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.searchsorted(edges, answers.score, side="right")
    count = np.bincount(place, minlength=len(edges) + 1)
    score, came = (ratio(np.bincount(place, weights=w, minlength=len(count)), count) for w in (answers.score, answers.label))
    rows = zip(count.tolist(), score, came, strict=True)
    return tuple(CalibrationBin(count=n, mean_score=said, mean_label=what_came) for n, said, what_came in rows if n)


def confusion(answers: Answers) -> Confusion:
    """The four counts at the decision threshold; a return counts as up when positive."""
    true_up, false_up, true_down, false_down = map(int, confusion_counts(answers.went_up, answers.score, answers.threshold))
    return Confusion(true_up=true_up, false_up=false_up, true_down=true_down, false_down=false_down)


def accuracy_by_confidence(answers: Answers, bins: int = 5) -> tuple[ConfidenceBin, ...]:
    """Accuracy in equally filled bins of distance from the threshold, the least confident first."""
    distance = np.abs(answers.score - answers.threshold)
    order = np.argsort(distance, kind="stable")
    rows = []
    for chosen in np.array_split(order, bins):
        if len(chosen):
            right = accuracy(answers.went_up[chosen], answers.score[chosen], answers.threshold)
            rows.append(ConfidenceBin(count=len(chosen), least_distance=float(distance[chosen].min()), accuracy=right))
    return tuple(rows)


def hits_by_session(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    """(right calls, all calls) of each session."""
    right = (answers.went_up > 0) == (answers.score > answers.threshold)
    return tuple(np.bincount(answers.session, weights=w, minlength=answers.n_sessions) for w in (right, np.ones(len(right))))  # type: ignore[return-value]


def rolling_accuracy(answers: Answers, window: int) -> np.ndarray:
    """Accuracy over the last `window` sessions, NaN before the first full window.

    >>> one = Answers(np.array([1.0, 0, 1]), np.array([0.9, 0.9, 0.9]), np.array([0, 1, 2]), 3)
    >>> rolling_accuracy(one, 2)
    array([nan, 0.5, 0.5])
    """
    right, asked = hits_by_session(answers)
    return ratio(_rolling_sum(right, window), _rolling_sum(asked, window))


def _rolling_sum(values: np.ndarray, window: int) -> np.ndarray:
    out = np.full(len(values), np.nan)
    if 0 < window <= len(values):
        total = np.concatenate([[0.0], np.cumsum(values)])
        out[window - 1 :] = total[window:] - total[:-window]
    return out


def _thinned(n: int) -> np.ndarray:
    return np.unique(np.linspace(0, n - 1, min(n, POINTS)).round().astype(int))
