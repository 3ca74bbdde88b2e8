"""The blocks of a walked proof: they tile the test part, and no label of what is learned from reaches into one, for any sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Proof, Split
from nightshift.data.splits import Ordered, blocks, matured, ordered
from nightshift.errors import ConfigError, LeakFound

SCHEMES = ("walk_forward", "expanding", "rolling")
SIZES = {
    "n_sessions": st.integers(20, 400),
    "reach": st.integers(0, 12),
    "extra": st.integers(0, 6),
    "refit_every": st.integers(1, 60),
    "shares": st.sampled_from([(0.7, 0.2, 0.1), (0.4, 0.2, 0.4), (0.2, 0.1, 0.7), (0.34, 0.33, 0.33)]),
}


def night(n_sessions, reach, extra, shares):
    names = ("train_fraction", "validate_fraction", "test_fraction")
    return ordered(n_sessions, Split(**dict(zip(names, shares, strict=True)), extra_gap_sessions=extra), reach)


@settings(max_examples=150, deadline=None)
@given(**SIZES, scheme=st.sampled_from(SCHEMES), window=st.none() | st.integers(1, 300))
def test_every_test_session_is_asked_once_by_a_model_that_no_label_told_of_it(
    n_sessions, reach, extra, refit_every, shares, scheme, window
):
    try:
        split = night(n_sessions, reach, extra, shares)
    except ConfigError:
        return
    window = None if scheme == "expanding" else window
    proof = Proof(scheme=scheme, refit_every_sessions=refit_every, max_train_sessions=window)
    walked = blocks(split, proof)
    np.testing.assert_array_equal(np.concatenate([block.test for block in walked]), split.test)
    assert {len(block.test) for block in walked[:-1]} <= {refit_every}
    limit = window or (len(split.train) if scheme == "rolling" else n_sessions)
    for block in walked:
        seen = {int(session) + ahead for part in (block.train, block.validate) for session in part for ahead in range(reach + 1)}
        assert max(seen) < block.test[0], "a label that was learned from, or stopped by, reaches into the block"
        assert {int(session) + ahead for session in block.train for ahead in range(reach + 1)}.isdisjoint(block.validate)
        assert block.validate[-1] + split.gap_sessions + 1 == block.test[0], "stopped by what lies directly before the block"
        assert len(block.validate) == len(split.validate)
        assert len(block.train) == min(limit, block.validate[0] - split.gap_sessions), "all that was known, or the last of it"
    known = matured(split, proof)
    assert known[-1] == split.test[-1] == n_sessions - reach - 1, "the newest session whose outcome is known"
    assert len(known) == min(limit, n_sessions - reach)


@given(n_sessions=st.integers(60, 300), reach=st.integers(0, 9))
def test_the_first_refit_is_the_fit_of_an_ordered_night(n_sessions, reach):
    split = night(n_sessions, reach, 0, (0.7, 0.2, 0.1))
    assert blocks(split, Proof()) == (split,)
    for scheme in SCHEMES:
        first = blocks(split, Proof(scheme=scheme, refit_every_sessions=3))[0]
        np.testing.assert_array_equal(first.train, split.train)
        np.testing.assert_array_equal(first.validate, split.validate)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_leaked_session_is_refused_in_every_block(scheme):
    split = night(80, 2, 1, (0.4, 0.2, 0.4))
    for block in blocks(split, Proof(scheme=scheme, refit_every_sessions=7)):
        for train, validate in ((block.train, np.append(block.validate, block.validate[-1] + 1)), (block.train + 1, block.validate)):
            with pytest.raises(LeakFound, match="at least 3 sessions after the end of"):
                Ordered(train, validate, block.test, gap_sessions=block.gap_sessions)


@pytest.mark.parametrize("scheme", ["ordered", "expanding"])
def test_a_window_is_refused_where_nothing_is_forgotten(scheme):
    with pytest.raises(ValueError, match=f"no max_train_sessions with scheme {scheme}"):
        Proof(scheme=scheme, max_train_sessions=100)
