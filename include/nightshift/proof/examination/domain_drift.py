"""Can the rows of now be told from the learned ones? A linear classifier of every column and its distance from the middle.

It is fitted on every second block of sessions and asked about the others, both ways round, and its area under the curve is held
against those of stretches of learned sessions that are told from the other learned ones in the same way: half a year of any
market can be told from other years by its slow columns, and only what lies beyond that is news. No random number is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.proof.metrics.probabilities import roc_auc

STRETCHES = 40  # of learned sessions, overlapping
FOLD_BLOCKS = 6  # in the newer sessions
RIDGE = 0.05  # of a column's own variance: columns that say the same are weighed together
FAR = 5.0  # deviations, beyond which a value says no more


@dataclass(frozen=True)
class Separation:
    """How well now can be told from what was learned, and how well it could without drift."""

    auc: float
    limit: float  # exceeded by one stretch in twenty
    p_value: float


def separation(values: np.ndarray, n_learned: int) -> Separation:
    """The classifier's answer for values (columns, symbols, sessions) whose sessions after the first `n_learned` are the new ones."""
    n_sessions = values.shape[2]
    features = _features(values, n_learned)  # (sessions, symbols, 2 × columns)
    n_now = n_sessions - n_learned
    weights = np.linalg.pinv(_covariance(features[:n_learned]), hermitian=True)
    fold = (np.arange(n_sessions) // max(n_now // FOLD_BLOCKS, 1)) % 2
    learned = np.arange(n_sessions) < n_learned
    starts = np.unique(np.linspace(0, n_learned - n_now, STRETCHES).astype(int))
    stretches = [(np.arange(n_sessions) >= start) & (np.arange(n_sessions) < start + n_now) for start in starts]
    by_session = features.sum(axis=1)
    null = np.array([_auc(features, by_session, weights, fold, (learned, inside)) for inside in stretches])
    auc = _auc(features, by_session, weights, fold, (np.ones(n_sessions, dtype=bool), ~learned))
    p_value = (1.0 + float((null >= auc).sum())) / (len(null) + 1.0)
    return Separation(auc, float(np.quantile(null, 0.95)), p_value)


def _auc(features: np.ndarray, by_session: np.ndarray, weights: np.ndarray, fold: np.ndarray, rows: tuple[np.ndarray, np.ndarray]) -> float:
    """Mean area under the curve over both folds: which of these sessions are the new ones."""
    there, now = rows
    areas = []
    for half in (0, 1):
        fitted, other = there & (fold != half), there & (fold == half)
        apart = by_session[fitted & now].mean(axis=0) - by_session[fitted & ~now].mean(axis=0)
        score = features[other] @ (weights @ apart).astype(np.float32)
        label = np.broadcast_to(now[other][:, None], score.shape)
        areas.append(roc_auc(label.ravel().astype(np.float64), score.ravel()))
    return float(np.mean(areas))


def _features(values: np.ndarray, n_learned: int) -> np.ndarray:
    """Deviations from the learned mean and their sizes; an unknown value says nothing."""
    learned = values[:, :, :n_learned].reshape(len(values), -1)
    known = np.isfinite(learned)
    count = np.maximum(known.sum(axis=1), 1)
    middle = np.where(known, learned, 0.0).sum(axis=1) / count
    spread = np.sqrt(np.where(known, (learned - middle[:, None]) ** 2, 0.0).sum(axis=1) / count)
    scaled = (values - middle[:, None, None]) / np.where(spread > 0, spread, 1.0)[:, None, None]
    level = np.clip(np.nan_to_num(scaled, nan=0.0, posinf=FAR, neginf=-FAR), -FAR, FAR)
    size = np.abs(level) - np.abs(level[:, :, :n_learned]).mean(axis=(1, 2), keepdims=True)
    return np.ascontiguousarray(np.concatenate([level, size]).transpose(2, 1, 0), dtype=np.float32)


def _covariance(features: np.ndarray) -> np.ndarray:
    flat = features.reshape(-1, features.shape[-1]).astype(np.float64)
    covariance = flat.T @ flat / max(len(flat), 1) - np.outer(flat.mean(axis=0), flat.mean(axis=0))
    return covariance + RIDGE * np.diag(np.diag(covariance))
