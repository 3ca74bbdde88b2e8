"""Sizes as promised, disorder refused, and the same folds as skfolio's and purgedcv's splitters."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Split
from nightshift.data.splits import SPLITTERS, Fold, Ordered, ordered, paths
from nightshift.errors import ConfigError, LeakFound

walk_forward, expanding, rolling = (SPLITTERS[name] for name in ("walk_forward", "expanding", "rolling"))


@settings(max_examples=100, deadline=None)
@given(
    n_sessions=st.integers(1, 2000),
    reach=st.integers(0, 60),
    extra=st.integers(0, 30),
    validate=st.floats(0.05, 0.4),
    test=st.floats(0.05, 0.4),
)
def test_ordered_keeps_the_gap_and_the_shares_or_says_why_not(n_sessions, reach, extra, validate, test):
    choice = Split(train_fraction=1 - validate - test, validate_fraction=validate, test_fraction=test, extra_gap_sessions=extra)
    gap = reach + extra
    if n_sessions - reach - 2 * gap < 1:
        with pytest.raises(ConfigError, match=f"found {n_sessions} sessions"):
            ordered(n_sessions, choice, reach)
    try:
        split = ordered(n_sessions, choice, reach)
    except ConfigError:
        assert (n_sessions - reach - 2 * gap) * min(validate, test, choice.train_fraction) < 2, "refused although there is room"
        return
    assert split.train[0] == 0
    assert split.validate[0] - split.train[-1] - 1 == gap
    assert split.test[0] - split.validate[-1] - 1 == gap
    assert len(split.latest) == reach
    assert sum(map(len, split.parts.values())) + 2 * gap == n_sessions
    n_shared = n_sessions - reach - 2 * gap
    for part, share in (("train", choice.train_fraction), ("validate", validate), ("test", test)):
        assert abs(len(split.parts[part]) - share * n_shared) <= 1 + 1e-9


def test_ordered_refuses_a_label_longer_than_the_history():
    with pytest.raises(
        ConfigError, match=r"expected a history longer than its labels.*found 50 sessions; next: shorten label.horizon_sessions"
    ):
        ordered(50, Split(), reach=60)


def test_an_ordered_split_refuses_disorder():
    with pytest.raises(LeakFound, match="validate at least 3 sessions after the end of train"):
        Ordered(np.arange(10), np.arange(12, 15), np.arange(20, 22), gap_sessions=3)
    with pytest.raises(LeakFound, match="disorder"):
        Ordered(np.array([0, 2, 1]), np.arange(12, 15), np.arange(20, 22))


@pytest.mark.parametrize(
    ("train", "test", "reach"),
    [
        ([0, 1, 5], [5, 6], 0),
        ([0, 1, 2], [3], 1),
        ([0, 5], [3], 2),
        ([0, 5], [3], 1 + 1),
        ([2, 1], [9], 0),
        ([1, 1], [9], 0),
        ([-1, 1], [9], 0),
        ([], [9], 0),
        ([1], [], 0),
    ],
)
def test_a_fold_refuses_overlap_disorder_and_emptiness(train, test, reach):
    with pytest.raises(LeakFound, match=r"expected .*; found .*; next: "):
        Fold(np.array(train, dtype=int), np.array(test, dtype=int), reach)


def test_a_fold_cannot_be_written_to():
    fold = Fold(np.arange(3), np.arange(5, 8), 1)
    with pytest.raises(ValueError, match="read-only"):
        fold.train[0] = 9


@pytest.mark.parametrize("max_train", [None, 80, 200])
def test_walk_forward_walks_by_its_step_and_keeps_its_sizes(max_train):
    folds = list(walk_forward(400, 5, initial=120, horizon=30, step=20, max_train=max_train))
    assert len(folds) == 1 + (400 - 120 - 5 - 30) // 20
    for number, fold in enumerate(folds):
        assert len(fold.test) == 30
        assert fold.test[0] == 120 + 5 + 20 * number
        assert fold.train[-1] == 120 + 20 * number - 1
        assert len(fold.train) == min(120 + 20 * number, max_train or 400)


def test_expanding_and_rolling_ask_about_the_same_sessions_and_differ_in_memory():
    grows, rolls = list(expanding(601, 4, n_folds=5)), list(rolling(601, 4, n_folds=5))
    for long, short in zip(grows, rolls, strict=True):
        np.testing.assert_array_equal(long.test, short.test)
        assert long.train[-1] == short.train[-1]
        assert len(long.test) == 100
    assert [len(fold.train) for fold in grows] == [97, 197, 297, 397, 497]
    assert {len(fold.train) for fold in rolls} == {97}
    assert grows[-1].test[-1] == 600


def test_monte_carlo_moves_with_its_seed_only():
    draw = SPLITTERS["monte_carlo"]
    starts = {seed: [int(fold.train[0]) for fold in draw(900, 5, seed=seed)] for seed in (0, 1)}
    assert starts[0] != starts[1]
    assert len(starts[0]) == 10
    assert len(set(starts[0])) > 5
    assert {(len(fold.train), len(fold.test)) for fold in draw(900, 5)} == {(252, 63)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_folds", [2, 5])
def test_stratified_folds_share_the_events(n_folds, seed):
    random = np.random.default_rng(seed)
    events = random.poisson(np.where(np.arange(900) > 700, 1.2, 0.05))  # events come late, as in a wild year
    folds = list(SPLITTERS["stratified_k_fold"](900, 3, events=events, n_folds=n_folds, block_sessions=15))
    held = [int(events[fold.test].sum()) for fold in folds]
    in_block = max(int(events[start : start + 15].sum()) for start in range(0, 900, 15))
    assert sum(held) == events.sum()
    assert max(held) - min(held) <= in_block
    assert max(len(fold.test) for fold in folds) - min(len(fold.test) for fold in folds) <= 15


def test_stratified_folds_need_one_number_a_session():
    with pytest.raises(ConfigError, match="one number of events for each of 100 sessions; found 99"):
        list(SPLITTERS["stratified_k_fold"](100, 1, events=np.zeros(99)))


@pytest.mark.parametrize(
    ("n_blocks", "n_test_blocks", "reach", "embargo"), [(6, 2, 0, 0), (6, 2, 5, 0), (6, 2, 0, 7), (8, 3, 4, 3), (5, 4, 2, 1), (10, 2, 1, 9)]
)
def test_combinatorial_purged_agrees_with_skfolio(n_blocks, n_test_blocks, reach, embargo):
    from skfolio.model_selection import CombinatorialPurgedCV

    n_sessions = 30 * n_blocks  # where blocks are equal: skfolio gives its last block the rest, we spread it
    theirs = CombinatorialPurgedCV(n_folds=n_blocks, n_test_folds=n_test_blocks, purged_size=reach, embargo_size=embargo)
    ours = list(SPLITTERS["combinatorial_purged"](n_sessions, reach, n_blocks=n_blocks, n_test_blocks=n_test_blocks, embargo=embargo))
    assert len(ours) == theirs.get_n_splits() == comb(n_blocks, n_test_blocks)
    for fold, (train, tests) in zip(ours, theirs.split(np.zeros((n_sessions, 1))), strict=True):
        np.testing.assert_array_equal(fold.train, train)
        np.testing.assert_array_equal(fold.test, np.concatenate(tests))
    np.testing.assert_array_equal(paths(n_blocks, n_test_blocks), theirs.recombined_paths.T)


@pytest.mark.parametrize(("n_blocks", "n_test_blocks"), [(6, 2), (7, 3), (4, 1)])
def test_every_path_is_one_whole_history(n_blocks, n_test_blocks):
    folds = list(SPLITTERS["combinatorial_purged"](210, 2, n_blocks=n_blocks, n_test_blocks=n_test_blocks))
    blocks = np.array_split(np.arange(210), n_blocks)
    answering = paths(n_blocks, n_test_blocks)
    assert answering.shape == (comb(n_blocks - 1, n_test_blocks - 1), n_blocks)
    used = set()
    for path in answering:
        for block, fold in enumerate(path):
            assert np.isin(blocks[block], folds[fold].test).all()
            used.add((int(fold), block))
    assert len(used) == answering.size == len(folds) * n_test_blocks


@pytest.mark.parametrize(("n_sessions", "n_folds", "reach", "embargo"), [(200, 5, 0, 0), (203, 5, 3, 0), (203, 7, 1, 10), (100, 2, 12, 4)])
def test_purged_k_fold_agrees_with_purgedcv(n_sessions, n_folds, reach, embargo):
    from purgedcv import PurgedKFold

    # purgedcv's label horizons are half-open: the session a label ends in is not part of them, so ours end one day later
    asked = pd.Series(pd.date_range("2024-01-01", periods=n_sessions, freq="D"))
    ended = asked + pd.Timedelta(days=reach + 1)
    theirs = PurgedKFold(n_folds, prediction_times=asked, evaluation_times=ended, embargo_observations=reach + embargo)
    ours = SPLITTERS["purged_k_fold"](n_sessions, reach, n_folds=n_folds, embargo=embargo)
    for fold, (train, test) in zip(ours, theirs.split(np.zeros((n_sessions, 1))), strict=True):
        np.testing.assert_array_equal(fold.test, test)
        np.testing.assert_array_equal(fold.train, train)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("walk_forward", {"step": 0}), ("walk_forward", {"max_train": 0}), ("expanding", {"n_folds": 0}), ("monte_carlo", {"n_draws": 0}),
        ("purged_k_fold", {"n_folds": 1}), ("purged_k_fold", {"embargo": -1}), ("purged_k_fold", {"embargo": 5000}),
        ("combinatorial_purged", {"n_test_blocks": 6}), ("combinatorial_purged", {"n_test_blocks": 0}),
        ("stratified_k_fold", {"events": np.zeros(700), "block_sessions": 0}),
    ],
)  # fmt: skip
def test_impossible_options_are_refused_in_one_sentence(name, options):
    with pytest.raises(ConfigError, match=r"expected .*; found .*; next: "):
        list(SPLITTERS[name](700, 5, **options))
