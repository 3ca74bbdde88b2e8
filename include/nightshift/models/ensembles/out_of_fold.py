"""What a model says about rows that it did not learn from: the only scores that another model may learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from nightshift.data import splits
from nightshift.errors import ConfigError, TrainingFailed
from nightshift.nouns.panel import Rows

Ask = Callable[[Rows, Rows, Rows, int], np.ndarray]  # (train, validate, asked, fold) -> one score an asked row


def out_of_fold(train: Rows, folds: int, watched_fraction: float, ask: Ask) -> tuple[Rows, np.ndarray]:
    """The rows after the first part of the training history, each scored by a model of earlier rows only, and those scores.

        |learn      |watch|gap|asked|               fold 1
        |learn                  |watch|gap|asked|   fold 2 …→ time

    The newest `watched_fraction` of what is learned from serves early stopping; gaps are as wide as the label reaches.
    """
    parts, scores = [], []
    for number, (learn, watch, asked) in enumerate(_cuts(train, folds, watched_fraction)):
        parts.append(asked)
        scores.append(ask(learn, watch, asked, number))
    joined = Rows(train.panel, np.concatenate([part.symbol for part in parts]), np.concatenate([part.session for part in parts]))
    return joined, np.concatenate(scores)


def _cuts(train: Rows, folds: int, watched_fraction: float) -> Iterator[tuple[Rows, Rows, Rows]]:
    sessions, reach = np.unique(train.session), train.panel.label_reach
    try:
        cuts = list(splits.SPLITTERS["expanding"](len(sessions), reach, n_folds=folds))
    except ConfigError as short:
        raise TrainingFailed(expected=short.expected, found=short.found, next_step=short.next_step) from None
    for fold in cuts:
        watched = max(int(len(fold.train) * watched_fraction), 1)
        learned = fold.train[: len(fold.train) - watched - reach]
        yield _on(train, sessions[learned]), _on(train, sessions[fold.train[-watched:]]), _on(train, sessions[fold.test])


def _on(rows: Rows, sessions: np.ndarray) -> Rows:
    here = np.isin(rows.session, sessions)
    return Rows(rows.panel, rows.symbol[here], rows.session[here])
