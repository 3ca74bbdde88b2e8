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
    """What is left on a night, adjusted, by symbol and session, and the account."""
    known = frame[frame.session <= night]
    told = clean(pa.Table.from_pandas(known, schema=bar_schema(), preserve_index=False), "XNYS", night, sessions.utc(f"{night}T23:59"))
    left = told.rows.to_pandas().set_index(["symbol", "session"])
    left[PRICES] = left[PRICES].mul(left.adj_factor, axis=0)
    left["volume"] /= left.adj_factor
    return left[[*PRICES, "volume"]], told.account


def with_moves(*moves):
    """The healthy market with each (first bar, bars, factor, traded heavily) put into its first symbol."""
    frame = HEALTHY.copy()
    for first, n_bars, factor, heavily in moves:
        stop = min(first + n_bars, len(DAYS)) - 1
        frame.loc[first:stop, PRICES] *= factor
        if heavily:
            frame.loc[first, "volume"] *= HEAVILY * max(factor, 1 / factor)
    return frame


def as_told_since(had, account, then):
    """What a night had, with every revision that later nights list."""
    had = had.copy()
    for row in account.revised:
        if row.since <= str(then):
            continue
        days = had.index.get_level_values("session").astype(str)
        here = (had.index.get_level_values("symbol") == row.symbol) & (days >= row.first) & ((days < row.session) | (row.session == ""))
        if row.gone:
            had = had[~here]
        else:
            had.loc[here, PRICES] *= row.price_factor * row.adj_factor
            had.loc[here, "volume"] /= row.adj_factor
    return had


def assert_each_night_is_as_it_was(frame, nights):
    """The past of each night is that of the one before, bar for bar, with the revisions that the account lists."""
    had, _ = judged(frame, nights[0])
    for then, later in pairwise(nights):
        known, account = judged(frame, later)
        has = known[known.index.get_level_values("session") <= then]
        expected = as_told_since(had, account, then)
        assert has.index.equals(expected.index)
        if account.revised:
            np.testing.assert_allclose(has.to_numpy(), expected.to_numpy(), rtol=1e-9)
        else:
            np.testing.assert_array_equal(has.to_numpy(), expected.to_numpy())
        had = known


def test_a_spike_in_another_unit_is_mended_on_the_night_it_appears():
    frame = with_moves((40, 3, 0.01, False))
    for n_later in range(11):
        left, account = judged(frame, DAYS[40 + n_later])
        assert account.dropped == {}
        assert account.repaired == {"other_unit": min(n_later + 1, 3)}
        assert account.revised == ()
        np.testing.assert_allclose(left.loc["SIM0000"].close, HEALTHY.close[: 41 + n_later], rtol=1e-12)


def test_a_tick_is_kept_and_shown_until_it_is_back_and_then_gone_with_a_line():
    frame = with_moves((40, 2, 2.3, False))
    left, account = judged(frame, DAYS[41])
    assert ("SIM0000", DAYS[41]) in left.index
    left, account = judged(frame, DAYS[42])
    assert account.dropped == {"wrong_tick": 2}
    (row,) = [row for row in account.revised if row.gone]
    assert (row.symbol, row.first, row.session, row.since) == ("SIM0000", str(DAYS[40]), str(DAYS[42]), str(DAYS[42]))
    assert judged(frame, DAYS[-1])[1].dropped == {"wrong_tick": 2}


def test_a_split_rescales_the_past_on_its_own_night_and_says_so():
    frame = with_moves((30, 99, 0.5, False))
    assert judged(frame, DAYS[29])[1].revised == ()
    for place in (30, 35, len(DAYS) - 1):
        left, account = judged(frame, DAYS[place])
        (row,) = account.revised
        assert (row.symbol, row.first, row.session, row.since, row.rows) == ("SIM0000", "", str(DAYS[30]), str(DAYS[30]), 30)
        assert not row.gone
        (mended,) = account.mended
        assert (mended.reason, mended.rows) == ("unadjusted_action", 30)
        np.testing.assert_allclose(left.loc["SIM0000"].close, 0.5 * HEALTHY.close[: place + 1], rtol=1e-12)


@pytest.mark.parametrize(
    "moves",
    [
        [(40, 3, 0.01, False)],
        [(3, 5, 0.01, False)],
        [(40, 9, 2.3, False)],
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
