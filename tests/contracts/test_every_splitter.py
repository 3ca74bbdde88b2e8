"""What every splitter promises: no training label reaches the test, sizes as said, the same folds every time."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nightshift.data.splits import SPLITTERS, Fold
from nightshift.errors import ConfigError

ONLY_FROM_THE_PAST = {"expanding", "rolling", "walk_forward", "monte_carlo"}
EVERY_SESSION_ONCE = {"purged_k_fold", "stratified_k_fold"}


def options(name, n_sessions):
    """What a splitter cannot do without."""
    events = np.random.default_rng(0).poisson(0.1, n_sessions)
    return {"events": events} if name == "stratified_k_fold" else {}


def folds_of(name, n_sessions=700, reach=5, **more):
    return list(SPLITTERS[name](n_sessions, reach, **options(name, n_sessions), **more))


def assert_honest(fold, n_sessions, reach, name):
    asked = set(fold.test.tolist())
    for session in fold.train.tolist():
        assert asked.isdisjoint(range(session, session + reach + 1)), "a training label reaches into the test"
        assert asked.isdisjoint(range(session - reach, session)), "a training row follows a test row whose outcome it knows"
    assert fold.train[0] >= 0
    assert max(fold.train[-1], fold.test[-1]) < n_sessions
    if name in ONLY_FROM_THE_PAST:
        assert fold.train[-1] + reach < fold.test[0], "the gap is shorter than the label's reach"


@pytest.mark.parametrize("reach", [0, 1, 5, 20])
@pytest.mark.parametrize("name", SPLITTERS)
def test_no_training_label_reaches_into_or_past_the_test(name, reach):
    folds = folds_of(name, reach=reach)
    assert folds
    for fold in folds:
        assert isinstance(fold, Fold)
        assert_honest(fold, 700, reach, name)


@pytest.mark.parametrize("name", SPLITTERS)
def test_the_same_arguments_give_the_same_folds(name):
    for once, again in zip(folds_of(name), folds_of(name), strict=True):
        np.testing.assert_array_equal(once.train, again.train)
        np.testing.assert_array_equal(once.test, again.test)


@pytest.mark.parametrize("name", SPLITTERS)
def test_a_fold_is_frozen_ordered_and_not_wasteful(name):
    for fold in folds_of(name, reach=3):
        for part in (fold.train, fold.test):
            assert not part.flags.writeable
            assert (np.diff(part) > 0).all()
        # Nothing is thrown away but what purging asks for, where both sides are learnt from.
        if name not in ONLY_FROM_THE_PAST:
            near = np.abs(np.arange(700)[:, None] - fold.test[None]).min(axis=1) <= 3
            np.testing.assert_array_equal(fold.train, np.flatnonzero(~near))


@pytest.mark.parametrize("name", sorted(EVERY_SESSION_ONCE))
def test_every_session_is_asked_about_exactly_once(name):
    asked = np.concatenate([fold.test for fold in folds_of(name)])
    np.testing.assert_array_equal(np.sort(asked), np.arange(700))


@pytest.mark.parametrize("name", SPLITTERS)
def test_a_history_too_short_is_an_error_that_says_so(name):
    with pytest.raises(ConfigError, match=r"expected .*; found .*; next: "):
        folds_of(name, n_sessions=3, reach=5)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(SPLITTERS)), n_sessions=st.integers(1, 800), reach=st.integers(0, 30))
def test_any_history_is_split_honestly_or_refused(name, n_sessions, reach):
    try:
        folds = folds_of(name, n_sessions, reach)
    except ConfigError:
        assume(False)
    for fold in folds:
        assert_honest(fold, n_sessions, reach, name)
