"""Splits that only ever learn from the past: the ones a night could really have run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nightshift.data.splits.fold import Fold
from nightshift.errors import ConfigError


def walk_forward(
    n_sessions: int, reach: int, *, initial: int = 252, horizon: int = 21, step: int = 21, max_train: int | None = None, rest: bool = False
) -> Iterator[Fold]:
    """Learn from all (or the last `max_train`) sessions, be asked about the next `horizon`, walk on by `step`.

        |=======|  |***|                 = train   * test
        |===========|  |***|             the gap between them is `reach` sessions
        |===============|  |***|→ time

    The first training part has `initial` sessions; every test has exactly `horizon`: a shorter rest is only asked
    with `rest`.

    >>> [(fold.train[[0, -1]].tolist(), fold.test.tolist()) for fold in walk_forward(10, 1, initial=4, horizon=2, step=2)]
    [([0, 3], [5, 6]), ([0, 5], [7, 8])]
    """
    _positive(initial=initial, horizon=horizon, step=step, max_train=1 if max_train is None else max_train)
    shortest = 1 if rest else horizon
    if initial + reach + shortest > n_sessions:
        raise ConfigError(
            expected=f"at least {initial + reach + shortest} sessions for one fold (initial {initial}, gap {reach}, test {shortest})",
            found=f"{n_sessions} sessions",
            next_step="shorten `initial` or `horizon`, or let the source start earlier",
        )
    for train_end in range(initial, n_sessions - reach - shortest + 1, step):
        train_from = 0 if max_train is None else max(train_end - max_train, 0)
        test_from = train_end + reach
        yield Fold(np.arange(train_from, train_end), np.arange(test_from, min(test_from + horizon, n_sessions)), reach)


def expanding(n_sessions: int, reach: int, *, n_folds: int = 5) -> Iterator[Fold]:
    """Cut the history into `n_folds` + 1 parts; learn from everything before a part, be asked about that part.

        |====| |****|                    = train   * test
        |=========| |****|               the gap between them is `reach` sessions
        |==============| |****|→ time

    >>> [(len(fold.train), fold.test.tolist()) for fold in expanding(9, 1, n_folds=2)]
    [(2, [3, 4, 5]), (5, [6, 7, 8])]
    """
    n_test = _part(n_sessions, reach, n_folds)
    initial = n_sessions - n_folds * n_test - reach
    yield from walk_forward(n_sessions, reach, initial=initial, horizon=n_test, step=n_test)


def rolling(n_sessions: int, reach: int, *, n_folds: int = 5) -> Iterator[Fold]:
    """Like `expanding`, but every training part has the length of the first: old markets are forgotten.

        |====| |****|                    = train   * test
             |====| |****|               the gap between them is `reach` sessions
                  |====| |****|→ time

    >>> [(fold.train.tolist(), fold.test.tolist()) for fold in rolling(9, 1, n_folds=2)]
    [([0, 1], [3, 4, 5]), ([3, 4], [6, 7, 8])]
    """
    n_test = _part(n_sessions, reach, n_folds)
    initial = n_sessions - n_folds * n_test - reach
    yield from walk_forward(n_sessions, reach, initial=initial, horizon=n_test, step=n_test, max_train=initial)


def monte_carlo(
    n_sessions: int, reach: int, *, n_draws: int = 10, train_sessions: int = 252, test_sessions: int = 63, seed: int = 0
) -> Iterator[Fold]:
    """Windows of fixed length at `n_draws` random places: how much of a result hangs on when it was measured.

              |====| |***|               = train   * test
        |====| |***|                     the gap between them is `reach` sessions
                     |====| |***|→ time

    >>> [(len(fold.train), len(fold.test)) for fold in monte_carlo(30, 2, n_draws=2, train_sessions=9, test_sessions=4)]
    [(9, 4), (9, 4)]
    """
    _positive(n_draws=n_draws, train_sessions=train_sessions, test_sessions=test_sessions)
    n_window = train_sessions + reach + test_sessions
    if n_window > n_sessions:
        raise ConfigError(
            expected=f"at least {n_window} sessions for one draw (train {train_sessions}, gap {reach}, test {test_sessions})",
            found=f"{n_sessions} sessions",
            next_step="shorten `train_sessions` or `test_sessions`, or let the source start earlier",
        )
    for start in np.random.default_rng(seed).integers(0, n_sessions - n_window + 1, size=n_draws):
        test_from = start + train_sessions + reach
        yield Fold(np.arange(start, start + train_sessions), np.arange(test_from, test_from + test_sessions), reach)


def _part(n_sessions: int, reach: int, n_folds: int) -> int:
    _positive(n_folds=n_folds)
    n_test = n_sessions // (n_folds + 1)
    if n_sessions - n_folds * n_test - reach < 1 or n_test < 1:
        raise ConfigError(
            expected=f"a history of which one part in {n_folds + 1} is longer than the gap of {reach}",
            found=f"{n_sessions} sessions",
            next_step="use fewer folds, or let the source start earlier",
        )
    return n_test


def _positive(**sizes: int) -> None:
    for name, size in sizes.items():
        if size < 1:
            raise ConfigError(expected=f"`{name}` of at least 1", found=str(size), next_step=f"correct `{name}`")
