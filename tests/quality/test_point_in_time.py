"""A bar is judged by what was known on its own night: what later nights say of it is the same, or a counted revision."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.data.quality.cleaning import clean
from nightshift.data.sources import Query
from nightshift.data.sources.simulated import Params, fetch
from nightshift.data.sources.source import bar_schema

LAST = dt.date(2024, 4, 3)
HEALTHY = fetch(
    Params(symbols=2, first_session=dt.date(2024, 1, 2), missing_session_fraction=0.0),
    Query("XNYS", (), None, LAST, sessions.utc("2024-04-03T22:00")),
).to_pandas()
DAYS = sorted(HEALTHY.session.unique())
PRICES = ["open", "high", "low", "close"]
HEAVILY = 12.0


def judged(frame, night):
    """What is left on a night, by symbol and session, and the account."""
    known = frame[frame.session <= night]
    told = clean(pa.Table.from_pandas(known, schema=bar_schema(), preserve_index=False), "XNYS", night, sessions.utc(f"{night}T23:59"))
    return told.rows.to_pandas().set_index(["symbol", "session"])[[*PRICES, "volume"]], told.account


def with_moves(*moves):
    """The healthy market with each (first bar, bars, factor, traded heavily) put into its first symbol."""
    frame = HEALTHY.copy()
    for first, n_bars, factor, heavily in moves:
        stop = min(first + n_bars, len(DAYS)) - 1
        frame.loc[first:stop, PRICES] *= factor
        if heavily:
            frame.loc[first, "volume"] *= HEAVILY * max(factor, 1 / factor)
    return frame


def assert_each_night_is_as_it_was(frame, nights):
    had, _ = judged(frame, nights[0])
    for then, later in pairwise(nights):
        known, account = judged(frame, later)
        has = known[known.index.get_level_values("session") <= then]
        gone = had.index.difference(has.index)
        listed = {
            (symbol, session)
            for symbol, session in had.index
            for row in account.revised
            if row.symbol == symbol and str(session) < row.session and row.since > str(then)
        }
        assert set(gone) == listed
        had = had.drop(gone)
        assert has.index.equals(had.index)
        np.testing.assert_array_equal(has.to_numpy(), had.to_numpy())
        had = known


def test_a_spike_is_dropped_on_the_night_it_appears():
    frame = with_moves((40, 3, 0.01, False))
    for n_later in range(11):
        left, account = judged(frame, DAYS[40 + n_later])
        assert ("SIM0000", DAYS[40]) not in left.index
        assert account.dropped == {"jump_in_doubt": min(n_later + 1, 3)}
        assert account.revised == ()


def test_a_split_closes_the_past_in_one_night_that_is_listed():
    frame = with_moves((30, 99, 0.5, False))
    for place in (29, 35, 39):
        assert judged(frame, DAYS[place])[1].revised == ()
    (row,) = judged(frame, DAYS[40])[1].revised
    assert (row.symbol, row.session, row.since, row.rows) == ("SIM0000", str(DAYS[30]), str(DAYS[40]), 30)
    assert judged(frame, DAYS[-1])[1].revised == (row,)


@pytest.mark.parametrize(
    "moves",
    [
        [(40, 3, 0.01, False)],
        [(40, 1, 100.0, False), (41, 1, 50.0, False)],
        [(30, 99, 0.5, False)],
        [(20, 99, 2 / 3, False), (45, 99, 0.25, False)],
        [(30, 99, 0.5, True)],
        [(30, 4, 3 / 4, False)],
    ],
)
def test_what_later_nights_know_changes_nothing_unlisted(moves):
    assert_each_night_is_as_it_was(with_moves(*moves), DAYS[15:])


move = st.tuples(
    st.integers(1, 60), st.integers(1, 70), st.sampled_from([0.01, 0.5, 0.6, 2 / 3, 0.75, 1.3, 1.9, 4.0, 100.0]), st.booleans()
)
cell = st.tuples(st.integers(0, len(HEALTHY) - 1), st.sampled_from([*PRICES, "volume"]), st.sampled_from([np.nan, 0.0, -1.0, 1e308, 3.0]))


@settings(max_examples=20, deadline=None)
@given(moves=st.lists(move, max_size=4), cells=st.lists(cell, max_size=6), gaps=st.sets(st.integers(0, len(HEALTHY) - 1), max_size=6))
def test_whatever_comes_each_night_is_as_it_was(moves, cells, gaps):
    frame = with_moves(*moves)
    for row, column, value in cells:
        frame.loc[row, column] = value
    assert_each_night_is_as_it_was(frame.drop(index=sorted(gaps)), DAYS[25::4])
