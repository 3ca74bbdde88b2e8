"""Rows of a panel: the usable ones, looked at a stretch of sessions at a time and never twice."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.nouns.panel import Panel, rows_of


def panel_of(n_sessions, seed=0):
    random = np.random.default_rng(seed)
    values = random.normal(size=(n_sessions, 3, 2)).astype(np.float32).transpose(1, 0, 2)  # a session's lie side by side
    values[random.random(values.shape) < 0.1] = np.nan
    label = np.where(random.random((3, n_sessions)) < 0.2, np.nan, 1.0)
    return Panel(("A", "B", "C"), np.datetime64("2020-01-01") + np.arange(n_sessions), ("x", "y"), values, label, 1)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.data(), st.booleans())
def test_rows_are_the_usable_ones_of_the_sessions_asked_for(n_sessions, data, labelled):
    panel = panel_of(n_sessions)
    sessions = np.array(data.draw(st.lists(st.integers(0, n_sessions - 1), unique=True)), dtype=np.int64)
    found = rows_of(panel, sessions, labelled=labelled)
    by_hand = [
        (symbol, session)
        for session in sorted(sessions.tolist())
        for symbol in range(3)
        if np.isfinite(panel.values[symbol, session]).all() and (not labelled or np.isfinite(panel.label[symbol, session]))
    ]
    assert list(zip(found.symbol.tolist(), found.session.tolist(), strict=True)) == by_hand
    np.testing.assert_array_equal(panel.usable, np.isfinite(panel.values).all(axis=2))


def test_nothing_is_read_of_other_sessions():
    panel = panel_of(300)
    rows_of(panel, np.arange(70, 100))
    looked_at = {start: panel.usable_between(start, start + 1) for start in (64,)}
    panel.values[:, 64:128] = np.nan  # known by now
    panel.values[:, 128:192] = np.nan
    np.testing.assert_array_equal(panel.usable_between(64, 65), looked_at[64])
    assert not panel.usable_between(128, 192).any()
    assert len(rows_of(panel, np.array([], dtype=np.int64))) == 0
