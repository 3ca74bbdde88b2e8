"""Columns are shared between nights only where they are the night's own, and nothing that came later changes what it had."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from nightshift.data.columns.every_column import compute
from nightshift.nouns.bars import FIELDS
from nightshift.running.simulation.history import history_of
from nightshift.running.simulation.plan import plan_of


@pytest.fixture(scope="module")
def history(lived, living):
    with living(lived.place) as market:
        yield history_of(plan_of(market, lived_first(lived), lived_last(lived)))


def lived_first(lived):
    return np.datetime64(lived.plan.sessions[0]).astype(object)


def lived_last(lived):
    return np.datetime64(lived.plan.sessions[-1]).astype(object)


def changed(history, name, rows, values):
    """The history with some of what was received changed, its shared columns as they were."""
    column = history.received[name].to_numpy().copy()
    column[rows] = values(column[rows])
    table = history.received.set_column(
        history.received.column_names.index(name), name, pa.array(column).cast(history.received.schema.field(name).type)
    )
    return replace(history, received=table)


def days_of(history):
    return history.received["session"].to_numpy().astype("datetime64[D]")


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True) for name in ("values", "label", "sessions")) and (
        one.symbols,
        one.names,
    ) == (other.symbols, other.names)


def test_shared_columns_are_those_that_the_night_would_have_computed(history):
    for session in (history.plan.sessions[0], history.plan.sessions[-1]):
        known = history.known(session)
        assert known.is_shared
        assert np.array_equal(known.every.values, compute(known.bars, history.columns), equal_nan=True)
        assert str(known.bars.sessions[-1]) == session
        assert np.isnan(known.panel.label[:, -1]).all(), "tomorrow is not known"


@pytest.mark.parametrize("name", ["open", "close", "volume"])
def test_what_comes_later_changes_nothing(history, name):
    session = history.plan.sessions[5]
    later = days_of(history) > np.datetime64(session)
    other = changed(history, name, later, lambda values: values * 1.07)
    assert same(other.known(session).panel, history.known(session).panel)
    assert same(other.known(session).every, history.known(session).every)


def test_a_bar_that_arrived_late_was_not_there_yet_and_its_nights_compute_for_themselves(history):
    sessions = history.plan.sessions
    late = (days_of(history) == np.datetime64(sessions[5])) & (np.array(history.received["symbol"].to_pylist()) == history.bars.symbols[2])
    arrived = np.datetime64(f"{sessions[8]}T20:30")
    other = changed(history, "observed_at", late, lambda values: np.full(len(values), arrived, values.dtype))
    assert late.sum() == 1
    for place, shared in ((4, True), (5, False), (7, False), (8, True)):
        known = other.known(sessions[place])
        assert known.is_shared == shared, place
        assert np.isfinite(known.bars.close[2, -1]) == (place != 5)
        assert np.array_equal(known.every.values, compute(known.bars, history.columns), equal_nan=True)


def test_a_symbol_that_came_later_is_no_symbol_of_the_night(history):
    symbols, sessions = np.array(history.received["symbol"].to_pylist()), history.plan.sessions
    gone = (symbols == history.bars.symbols[1]) & (days_of(history) <= np.datetime64(sessions[5]))
    received = history.received.filter(pa.array(~gone))
    hidden = (np.array(history.bars.symbols) == history.bars.symbols[1])[:, None] & (history.bars.sessions <= np.datetime64(sessions[5]))
    bars = replace(history.bars, **{name: np.where(hidden, np.nan, getattr(history.bars, name)) for name in FIELDS})
    other = replace(history, received=received, bars=bars, values=compute(bars, history.columns))
    before, after = other.known(sessions[5]), other.known(sessions[6])
    assert history.bars.symbols[1] not in before.bars.symbols
    assert history.bars.symbols[1] in after.bars.symbols
    for known in (before, after):
        assert known.is_shared
        assert np.array_equal(known.every.values, compute(known.bars, history.columns), equal_nan=True)
