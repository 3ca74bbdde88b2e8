"""Metrics as sums over rows: what a bootstrap of sessions adds up. Equal to the plain functions; tests compare them all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.proof.metrics.metric import Additive, Answers, ratio


def rowwise(terms: Callable[[Answers], np.ndarray], combine: Callable[[np.ndarray], np.ndarray]) -> Additive:
    """A metric from terms (k, rows) that are added up per session."""
    return Additive(lambda answers: by_session(terms(answers), answers), combine)


def by_session(terms: np.ndarray, answers: Answers) -> np.ndarray:
    """Row terms (k, rows) added up per session: (sessions, k).

    >>> none = np.zeros(3)
    >>> by_session(np.array([[1.0, 2.0, 4.0]]), Answers(none, none, np.array([0, 1, 1]), 3)).ravel()
    array([1., 6., 0.])
    """
    order = np.argsort(answers.session, kind="stable")
    found, first = np.unique(answers.session[order], return_index=True)
    out = np.zeros((answers.n_sessions, len(terms)))
    if len(found):
        out[found] = np.add.reduceat(terms[:, order], first, axis=1).T
    return out


def mean_of(row_value: Callable[[np.ndarray, np.ndarray], np.ndarray], after: Callable = lambda mean: mean) -> Additive:
    """A metric that is the mean of one number a row (`after` may take its root)."""

    def terms(answers: Answers) -> np.ndarray:
        values = row_value(answers.label, answers.score)
        return np.stack([values, np.ones_like(values)])

    return rowwise(terms, lambda totals: after(share(totals)))


def share(totals: np.ndarray) -> np.ndarray:
    """The first of two totals over the second.

    >>> share(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([0.75,  nan])
    """
    return ratio(totals[..., 0], totals[..., 1])
