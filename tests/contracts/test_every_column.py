"""What every column promises, including the ones added tomorrow."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.data import columns
from nightshift.data.columns import COLUMNS
from nightshift.data.columns.every_column import of_volume
from nightshift.nouns.bars import FIELDS, Bars

ONE_BY_ONE = [name for name, column in COLUMNS.items() if column.theme != "cross_section"]


def market(n_symbols=6, n_sessions=300, seed=1, gap_share=0.0):
    """Random bars that could be real: high ≥ open, close ≥ low > 0, some sessions missing."""
    random = np.random.default_rng(seed)
    shape = (n_symbols, n_sessions)
    close = 40.0 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    open_ = close * np.exp(random.normal(0, 0.01, shape))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 0.005, shape)))
    low = np.minimum(open_, close) * np.exp(-np.abs(random.normal(0, 0.005, shape)))
    arrays = [open_, high, low, close, np.round(np.exp(random.normal(13, 0.6, shape)))]
    missing = random.random(shape) < gap_share
    days = np.arange("2020-01-01", "2030-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)][:n_sessions]
    return Bars(tuple(f"S{i}" for i in range(n_symbols)), days, *(np.where(missing, np.nan, values) for values in arrays))


def with_other_future(bars, n_known, seed=2):
    """The same bars up to `n_known`; after it prices and volumes of another world, some of them missing."""
    other = market(*bars.shape, seed=seed, gap_share=0.2)
    past = np.arange(bars.shape[1]) < n_known
    return replace(bars, **{name: np.where(past, getattr(bars, name), 7.0 * getattr(other, name)) for name in FIELDS})


GAPPY = market(gap_share=0.05)
WHOLE = market(n_symbols=8, n_sessions=columns.warmup_sessions(COLUMNS.values()) + 160, seed=3)


def assert_same_bits(left, right):
    np.testing.assert_array_equal(np.ascontiguousarray(left).view(np.int64), np.ascontiguousarray(right).view(np.int64))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_never_looks_ahead(name):
    now = COLUMNS[name].compute(GAPPY)
    for n_known in (1, 2, 20, 61, 137, 299):
        assert_same_bits(COLUMNS[name].compute(GAPPY.first(n_known)), now[:, :n_known])
        assert_same_bits(COLUMNS[name].compute(with_other_future(GAPPY, n_known))[:, :n_known], now[:, :n_known])


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_has_the_shape_of_its_bars_and_is_known_only_on_bars(name):
    before = {field: getattr(GAPPY, field).copy() for field in FIELDS}
    values = COLUMNS[name].compute(GAPPY)
    assert values.shape == GAPPY.shape
    assert values.dtype == np.float64
    assert not np.isinf(values).any()
    assert np.isnan(values[~GAPPY.present]).all()
    assert np.isfinite(values).any()
    for field, kept in before.items():
        assert_same_bits(getattr(GAPPY, field), kept)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_says_what_it_is(name):
    column = COLUMNS[name]
    assert column.compute.__name__ == name
    assert column.doc.endswith(".")
    assert column.theme in columns.THEMES
    assert column.warmup_sessions >= 0


@pytest.mark.parametrize("name", COLUMNS)
def test_the_declared_warm_up_is_enough_to_the_last_bit_of_float32(name):
    column = COLUMNS[name]
    whole = column.compute(WHOLE).astype(np.float32)
    for last in (WHOLE.shape[1], WHOLE.shape[1] - 71):
        served = column.compute(WHOLE.first(last).last(column.warmup_sessions + 1)).astype(np.float32)
        assert np.isfinite(served[:, -1]).all()
        np.testing.assert_array_equal(served[:, -1], whole[:, last - 1])


@pytest.mark.parametrize("name", COLUMNS)
def test_the_declared_warm_up_is_not_longer_than_needed_or_the_column_is_recursive(name):
    column = COLUMNS[name]
    if column.warmup_sessions:
        shorter = column.compute(WHOLE.last(column.warmup_sessions))[:, -1]
        recursive = name.startswith(("rsi", "macd", "atr", "ema", "adx", "plus_di", "minus_di"))
        smoothed = name == "stochastic_k_14"  # TA-Lib begins %K with %D
        assert recursive or smoothed or np.isnan(shorter).all()


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_column_of_one_symbol_does_not_know_the_others(name):
    alone = COLUMNS[name].compute(GAPPY.of(("S2",)))
    assert_same_bits(alone[0], COLUMNS[name].compute(GAPPY)[2])


@pytest.mark.parametrize("name", COLUMNS)
def test_a_split_of_the_share_changes_nothing(name):
    halved = replace(WHOLE, volume=WHOLE.volume * 50, **{f: getattr(WHOLE, f) / 50 for f in ("open", "high", "low", "close")})
    np.testing.assert_allclose(COLUMNS[name].compute(halved), COLUMNS[name].compute(WHOLE), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("n_sessions", [0, 1, 2, 19, 20, 21])
def test_a_short_history_is_answered_with_nan_not_with_a_crash(name, n_sessions):
    assert COLUMNS[name].compute(GAPPY.first(n_sessions)).shape == (6, n_sessions)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_market_that_stands_still_gives_no_nonsense(name):
    still = np.full((3, 90), 0.1)
    bars = Bars(("A", "B", "C"), WHOLE.sessions[:90], still, still, still, still, still * 1e7)
    values = COLUMNS[name].compute(bars)
    assert not np.isinf(values).any()
    assert np.abs(values[np.isfinite(values)]).max(initial=0) <= 100


@pytest.mark.parametrize("name", COLUMNS)
def test_a_market_without_trades_gives_no_infinity(name):
    values = COLUMNS[name].compute(replace(GAPPY, volume=np.where(GAPPY.present, 0.0, np.nan)))
    assert not np.isinf(values).any()


def test_computing_together_is_the_same_as_one_by_one():
    chosen = columns.chosen(["all"])
    for bars in (GAPPY, WHOLE, market(n_symbols=70, n_sessions=70, seed=5, gap_share=0.02)):
        together = columns.compute(bars, chosen)
        assert together.shape == (*bars.shape, len(chosen))
        assert together.dtype == np.float32
        assert together.flags.c_contiguous
        for j, column in enumerate(chosen):
            np.testing.assert_array_equal(together[:, :, j], column.compute(bars).astype(np.float32), err_msg=column.name)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n_sessions=st.integers(3, 90), gap_share=st.floats(0, 0.9), share_known=st.floats(0.1, 0.9))
def test_no_market_makes_any_column_look_ahead(seed, n_sessions, gap_share, share_known):
    bars = market(4, n_sessions, seed, gap_share)
    n_known = max(int(n_sessions * share_known), 1)
    chosen = columns.chosen(["all"])
    whole = columns.compute(bars, chosen)
    assert not np.isinf(whole).any()
    assert np.isnan(whole[~bars.present]).all()
    for future in (bars.first(n_known), with_other_future(bars, n_known)):
        known = np.ascontiguousarray(columns.compute(future, chosen)[:, :n_known])
        np.testing.assert_array_equal(known.view(np.int32), np.ascontiguousarray(whole[:, :n_known]).view(np.int32))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_that_changes_with_volumes_is_one_of_those_left_out_without_them(name):
    quiet = replace(WHOLE, volume=np.where(WHOLE.present, WHOLE.volume[::-1], np.nan))
    changes = not np.array_equal(COLUMNS[name].compute(WHOLE), COLUMNS[name].compute(quiet), equal_nan=True)
    assert changes == (name in of_volume())
