"""Splits that learn from both sides of the test: more evidence from one history, made honest by purging and embargo.

A training session is purged when it is nearer to a test session than the label reaches: before the test its label
would know the test, after the test its columns would know the test's outcome. The embargo removes `embargo` more
sessions after the test, for columns that remember.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from nightshift.data.splits.fold import Fold, touched_by
from nightshift.errors import ConfigError


def purged_k_fold(n_sessions: int, reach: int, *, n_folds: int = 5, embargo: int = 0) -> Iterator[Fold]:
    """Every session is asked about once, in one of `n_folds` blocks; learnt from what is left on both sides.

        |****| x|==================|     = train   * test
        |===|x |****| x|===========|     x purged (`reach`, and after the test `embargo` more)
        |==========|x |****| x|====|→ time

    >>> [(fold.train.tolist(), fold.test.tolist()) for fold in purged_k_fold(9, 1, n_folds=3)]
    [([4, 5, 6, 7, 8], [0, 1, 2]), ([0, 1, 7, 8], [3, 4, 5]), ([0, 1, 2, 3, 4], [6, 7, 8])]
    """
    for block in _blocks(n_sessions, n_folds):
        yield _around(n_sessions, block, reach, embargo)


def combinatorial_purged(n_sessions: int, reach: int, *, n_blocks: int = 6, n_test_blocks: int = 2, embargo: int = 0) -> Iterator[Fold]:
    """Every choice of `n_test_blocks` of `n_blocks` blocks as the test: many whole histories of answers (`paths`).

        |****|x |****| x|==========|     = train   * test
        |****|x |===|x |****| x|===|     x purged (`reach`, and after a test block `embargo` more)
        |****|x |=========|x |****||→ time

    >>> [fold.test.tolist() for fold in combinatorial_purged(6, 0, n_blocks=3, n_test_blocks=2)]
    [[0, 1, 2, 3], [0, 1, 4, 5], [2, 3, 4, 5]]
    """
    blocks = _blocks(n_sessions, n_blocks)
    for picked in _choices(n_blocks, n_test_blocks):
        yield _around(n_sessions, np.concatenate([blocks[block] for block in picked]), reach, embargo)


def paths(n_blocks: int = 6, n_test_blocks: int = 2) -> np.ndarray:
    """Which fold of `combinatorial_purged` answers for each block of each path, int64 (paths, blocks).

    Each path asks about every block once, and together they use every test block of every fold once.

    >>> paths(3, 2)
    array([[0, 0, 1],
           [1, 2, 2]])
    """
    folds = _choices(n_blocks, n_test_blocks)
    answering = [[number for number, picked in enumerate(folds) if block in picked] for block in range(n_blocks)]
    return np.array(answering, dtype=np.int64).T


def stratified_k_fold(
    n_sessions: int, reach: int, *, events: np.ndarray, n_folds: int = 5, block_sessions: int = 21, embargo: int = 0
) -> Iterator[Fold]:
    """Purged folds that share rare events evenly: short blocks, dealt out by how many events each one holds.

        |**| x|====|x |**| x|====|x |**| = train   * test
        x|==|x |**| x|====|x |**| x|===| x purged (`reach`, and after a test block `embargo` more)
                                  → time

    `events` is the number of events in each session. Every session is asked about once; folds differ by at most
    one block in length, and in events by at most as many as one block holds.

    >>> events = np.array([3, 0, 0, 0, 0, 2, 0, 0])
    >>> [fold.test.tolist() for fold in stratified_k_fold(8, 0, events=events, n_folds=2, block_sessions=2)]
    [[0, 1, 6, 7], [2, 3, 4, 5]]
    """
    if len(events) != n_sessions:
        raise _wrong(f"one number of events for each of {n_sessions} sessions", len(events), "`events`")
    if block_sessions < 1:
        raise _wrong("`block_sessions` of at least 1", block_sessions, "it")
    blocks = _blocks(n_sessions, max(n_sessions // block_sessions, n_folds), at_least=n_folds)
    for dealt in _dealt([float(events[block].sum()) for block in blocks], n_folds):
        yield _around(n_sessions, np.concatenate([blocks[block] for block in dealt]), reach, embargo)


def _around(n_sessions: int, test: np.ndarray, reach: int, embargo: int) -> Fold:
    if embargo < 0:
        raise _wrong("an embargo of 0 or more sessions", embargo, "it")
    everything = np.arange(n_sessions)
    train = everything[~touched_by(everything, test, before=reach, after=reach + embargo)]
    if not len(train):
        raise ConfigError(
            expected="training sessions left after purging",
            found=f"none of {n_sessions} (a label reaches {reach} sessions, embargo {embargo})",
            next_step="use fewer or longer blocks, a shorter embargo, or more history",
        )
    return Fold(train, test, reach)


def _blocks(n_sessions: int, n_blocks: int, at_least: int = 2) -> list[np.ndarray]:
    """Contiguous blocks of all sessions whose lengths differ by at most one, longer ones first."""
    if not max(at_least, 2) <= n_blocks <= n_sessions:
        raise _wrong(f"between {max(at_least, 2)} and {n_sessions} blocks of sessions", n_blocks, "the number of folds or blocks")
    return np.array_split(np.arange(n_sessions), n_blocks)


def _choices(n_blocks: int, n_test_blocks: int) -> list[tuple[int, ...]]:
    if not 1 <= n_test_blocks < n_blocks:
        raise _wrong(f"between 1 and {n_blocks - 1} test blocks", n_test_blocks, "`n_test_blocks`")
    return list(combinations(range(n_blocks), n_test_blocks))


def _wrong(expected: str, found: int, what: str) -> ConfigError:
    return ConfigError(expected=expected, found=str(found), next_step=f"correct {what}")


def _dealt(counts: Sequence[float], n_folds: int) -> list[list[int]]:
    """Blocks by fold: in rounds from the fullest down, the fold with the fewest events so far picks first.

    Within a round the counts lie between those of the rounds around it, so folds never differ by more than the fullest block.
    """
    fullest_first = sorted(range(len(counts)), key=lambda block: (-counts[block], block))
    folds: list[list[int]] = [[] for _ in range(n_folds)]
    held = [0.0] * n_folds
    for turn in range(math.ceil(len(counts) / n_folds)):
        hungriest = sorted(range(n_folds), key=lambda fold: (held[fold], fold))
        for fold, block in zip(hungriest, fullest_first[turn * n_folds : (turn + 1) * n_folds], strict=False):
            folds[fold].append(block)
            held[fold] += counts[block]
    return [sorted(fold) for fold in folds]
