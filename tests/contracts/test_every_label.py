"""What every label promises: it knows exactly as far as its reach, and says NaN when it does not know yet."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Label
from nightshift.data.labels import LABELS, label
from nightshift.nouns.bars import FIELDS, Bars

HORIZONS = (1, 3, 10)


FILLS = get_args(Label.model_fields["fill"].annotation)


@pytest.fixture(params=FILLS)
def fill(request):
    """At which price a decision is filled."""
    return request.param


def market(n_sessions=80, seed=1, gap_share=0.0):
    random = np.random.default_rng(seed)
    shape = (5, n_sessions)
    close = 40.0 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    high, low = close * np.exp(np.abs(random.normal(0, 0.02, shape))), close * np.exp(-np.abs(random.normal(0, 0.02, shape)))
    missing = random.random(shape) < gap_share
    days = np.datetime64("2024-01-01") + np.arange(n_sessions)
    opened = np.clip(close * np.exp(random.normal(0, 0.01, shape)), low, high)
    arrays = [opened, high, low, close, np.full(shape, 1e6)]
    return Bars(tuple("ABCDE"), days, *(np.where(missing, np.nan, values) for values in arrays))


def changed_after(bars, n_known, factor):
    """Every price after the first `n_known` sessions times `factor`."""
    past = np.arange(bars.shape[1]) < n_known
    return replace(bars, **{name: np.where(past, getattr(bars, name), factor * getattr(bars, name)) for name in FIELDS})


def test_every_kind_of_the_configuration_has_a_label():
    assert set(LABELS) == set(get_args(Label.model_fields["kind"].annotation))


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("kind", LABELS)
def test_a_label_looks_no_further_than_its_reach(kind, horizon, fill):
    bars = market(gap_share=0.02)
    choice = Label(kind=kind, horizon_sessions=horizon, fill=fill)
    values, reach = label(bars, choice)
    for session in (25, 40, 79 - reach):
        n_known = session + reach + 1
        for other in (
            bars.first(n_known),
            changed_after(bars, n_known, 3.0),
            changed_after(bars, n_known, 0.2),
            changed_after(bars, n_known, np.nan),
        ):
            np.testing.assert_array_equal(label(other, choice)[0][:, : session + 1], values[:, : session + 1])


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("kind", LABELS)
def test_a_label_needs_every_session_of_its_reach(kind, horizon, fill):
    bars = market()
    choice = Label(kind=kind, horizon_sessions=horizon, fill=fill)
    values, reach = label(bars, choice)
    assert reach == horizon + (fill == "open") == choice.reach_sessions
    session = 40
    changed = [label(changed_after(bars, session + reach, factor), choice)[0][:, session] for factor in (3.0, 0.2)]
    assert any((other != values[:, session]).any() for other in changed)
    assert np.isnan(label(bars.first(session + reach), choice)[0][:, session]).all()


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("kind", LABELS)
def test_a_label_has_the_shape_of_its_bars_and_is_unknown_at_the_end(kind, horizon, fill):
    bars = market(gap_share=0.05)
    values, reach = label(bars, Label(kind=kind, horizon_sessions=horizon, fill=fill))
    assert values.shape == bars.shape
    assert values.dtype == np.float64
    assert np.isnan(values[:, -reach:]).all()
    assert np.isfinite(values).any()
    if Label(kind=kind).task == "classification":
        assert set(values[np.isfinite(values)]) <= {0.0, 1.0}


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("kind", LABELS)
def test_an_open_label_begins_at_the_price_that_a_decision_is_filled_at(kind, horizon):
    """Neither the session's own bar nor the gap before the fill is part of it: nobody who decided at the close can have them."""
    bars, choice = market(), Label(kind=kind, horizon_sessions=horizon, fill="open")
    session = 40
    today = np.arange(bars.shape[1]) == session
    gapped = replace(bars, **{name: np.where(today, 1.5, 1.0) * getattr(bars, name) for name in ("open", "high", "low")})
    np.testing.assert_array_equal(label(gapped, choice)[0][:, session], label(bars, choice)[0][:, session])
    later = np.where(np.arange(bars.shape[1]) > session, 2.0, 1.0)
    moved = replace(bars, **{name: later * getattr(bars, name) for name in ("open", "high", "low", "close")})
    np.testing.assert_array_equal(label(moved, choice)[0][:, session], label(bars, choice)[0][:, session])


@pytest.mark.parametrize("n_sessions", [0, 1, 2])
@pytest.mark.parametrize("kind", LABELS)
def test_a_history_shorter_than_the_reach_has_no_label(kind, n_sessions, fill):
    values, _ = label(market().first(n_sessions), Label(kind=kind, horizon_sessions=5, fill=fill))
    assert values.shape == (5, n_sessions)
    assert np.isnan(values).all()


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    horizon=st.integers(1, 12),
    gap_share=st.floats(0, 0.5),
    kind=st.sampled_from(sorted(LABELS)),
    filled=st.sampled_from(FILLS),
)
def test_no_market_makes_a_label_look_beyond_its_reach(seed, horizon, gap_share, kind, filled):
    bars, choice = market(60, seed, gap_share), Label(kind=kind, horizon_sessions=horizon, fill=filled)
    values, reach = label(bars, choice)
    session = 30
    np.testing.assert_array_equal(label(bars.first(session + reach + 1), choice)[0][:, session], values[:, session])
    np.testing.assert_array_equal(label(changed_after(bars, session + reach + 1, 5.0), choice)[0][:, session], values[:, session])
