"""Windows gathered inside the graph against windows cut out one by one."""

import tracemalloc

import numpy as np
import pytest

from nightshift.errors import DataRefused, TrainingFailed
from nightshift.models.neural import sample_layout, sequence_windows
from nightshift.nouns.panel import Panel, Rows, rows_of

LENGTH = 4


@pytest.fixture
def panel() -> Panel:
    rng = np.random.default_rng(5)
    values = (rng.standard_normal((3, 12, 2)) * [2.0, 30.0] + [1.0, -5.0]).astype(np.float32)
    values[1, 5] = np.nan  # a missing bar
    values[2, :2, 1] = np.nan  # warm-up
    values[0, 3, 0] = np.inf
    label = (rng.random((3, 12)) > 0.5).astype(float)
    return Panel(("A", "B", "C"), np.datetime64("2026-01-01") + np.arange(12), ("x", "y"), values, label, 1)


def slow_window(panel: Panel, scaling: sequence_windows.Scaling, symbol: int, session: int, length: int) -> np.ndarray:
    out = np.zeros((length, len(panel.names)), np.float32)
    for step in range(length):
        place = session - length + 1 + step
        if place >= 0:
            value = (panel.values[symbol, place] - scaling.mean) / scaling.spread
            out[step] = np.clip(np.where(np.isfinite(value), value, 0.0), -sequence_windows.MAX_DEVIATIONS, sequence_windows.MAX_DEVIATIONS)
    return out


def gathered(feed: sequence_windows.Feed, length: int, layout: sequence_windows.Layout) -> np.ndarray:
    return sequence_windows.gather(feed.flat, feed.ends, feed.n_sessions, length, layout).numpy()


@pytest.mark.neural
@pytest.mark.parametrize("first", [0, 6])
def test_sequence_windows_equal_those_cut_out_one_by_one(panel, first):
    rows = rows_of(panel, np.arange(first, 11))
    scaling = sequence_windows.learned_scaling(rows_of(panel, np.arange(8)))
    found = gathered(sequence_windows.feed(rows, scaling, LENGTH, "sequence", panel.symbols), LENGTH, "sequence")
    expected = [slow_window(panel, scaling, a, t, LENGTH) for a, t in zip(rows.symbol, rows.session, strict=True)]
    np.testing.assert_array_equal(found, np.array(expected))


@pytest.mark.neural
def test_a_cross_section_holds_every_symbol_in_its_place_and_zeros_for_one_that_is_not_there(panel):
    rows, symbols = rows_of(panel, np.arange(5, 11)), ("C", "A", "gone", "B")
    scaling = sequence_windows.learned_scaling(rows)
    found = gathered(sequence_windows.feed(rows, scaling, LENGTH, "cross_section", symbols), LENGTH, "cross_section")
    assert found.shape == (6, LENGTH, 4, 2, 1)
    for sample, session in enumerate(np.unique(rows.session)):
        for place, symbol in enumerate((2, 0, None, 1)):
            expected = np.zeros((LENGTH, 2)) if symbol is None else slow_window(panel, scaling, symbol, session, LENGTH)
            np.testing.assert_array_equal(found[sample, :, place, :, 0], expected)


@pytest.mark.neural
def test_rows_are_windows_of_one_session(panel):
    rows = rows_of(panel, np.arange(12))
    scaling = sequence_windows.learned_scaling(rows)
    found = gathered(sequence_windows.feed(rows, scaling, 1, "row", panel.symbols), 1, "row")
    np.testing.assert_allclose(found, (rows.table - scaling.mean) / scaling.spread, rtol=1e-6)


def test_scaling_is_learned_from_these_rows_alone(panel):
    rows = rows_of(panel, np.arange(6))
    later = panel.values.copy()
    later[:, 6:] *= 1000
    changed = Rows(Panel(panel.symbols, panel.sessions, panel.names, later, panel.label, 1), rows.symbol, rows.session)
    for scaling in (sequence_windows.learned_scaling(rows), sequence_windows.learned_scaling(changed)):
        np.testing.assert_allclose(scaling.mean, rows.table.mean(axis=0, dtype=float), rtol=1e-5)
        np.testing.assert_allclose(scaling.spread, rows.table.std(axis=0, dtype=float), rtol=1e-5)


def test_a_column_that_never_moves_is_scaled_to_zero(panel):
    values = panel.values.copy()
    values[..., 0] = 7.0
    rows = rows_of(Panel(panel.symbols, panel.sessions, panel.names, values, panel.label, 1), np.arange(12))
    feed = sequence_windows.feed(rows, sequence_windows.learned_scaling(rows), LENGTH, "sequence", panel.symbols)
    assert (feed.flat[:, 0] == 0).all()


def test_answers_of_a_cross_section_go_back_to_their_rows(panel):
    rows, symbols = rows_of(panel, np.arange(3, 11)), ("C", "B", "A")
    there = sample_layout.laid_out(rows, np.arange(len(rows), dtype=float), "cross_section", symbols)
    np.testing.assert_array_equal(sample_layout.picked(rows, there, "cross_section", symbols), np.arange(len(rows)))
    assert np.isfinite(there).sum() == len(rows)


def test_a_symbol_that_the_network_has_never_seen_is_refused(panel):
    with pytest.raises(DataRefused, match="found C"):
        sample_layout.laid_out(rows_of(panel, np.arange(3, 11)), np.zeros(99), "cross_section", ("A", "B"))


def test_too_few_sessions_for_a_window_is_said(panel):
    with pytest.raises(TrainingFailed, match=r"at least 9 sessions for windows of 9.*5 sessions"):
        sequence_windows.refuse_short_history(rows_of(panel, np.arange(5)), 9)
    sequence_windows.refuse_short_history(rows_of(panel, np.arange(9)), 9)


def test_a_row_with_a_missing_column_is_refused_by_name(panel):
    rows = Rows(panel, np.array([0, 1], np.int32), np.array([5, 5], np.int32))
    with pytest.raises(DataRefused, match="no finite x for B on 2026-01-06"):
        sequence_windows.feed(rows, sequence_windows.learned_scaling(rows_of(panel, np.arange(12))), 2, "sequence", panel.symbols)


def test_windows_take_the_memory_of_the_panel_not_of_the_windows():
    sessions, length = 400, 60
    values = np.random.default_rng(0).standard_normal((40, sessions, 10)).astype(np.float32)
    axes = tuple(map(str, range(40))), np.datetime64("2020-01-01") + np.arange(sessions)
    panel = Panel(*axes, tuple("abcdefghij"), values, values[..., 0] > 0, 1)
    rows = rows_of(panel, np.arange(sessions))
    scaling = sequence_windows.learned_scaling(rows)
    tracemalloc.start()
    feed = sequence_windows.feed(rows, scaling, length, "sequence", panel.symbols)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    materialised = len(rows) * length * 10 * 4
    assert len(feed) == len(rows)
    assert peak < materialised / 10
