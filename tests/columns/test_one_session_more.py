"""A night that goes on from an earlier one's blocks is the night that had to begin anew, bit for bit."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.config import Label, Market, Split
from nightshift.data import bar_blocks, columns
from nightshift.data.columns.storing import row_blocks, value_blocks, value_files
from nightshift.data.columns.storing.account import left_out, rows_by_reason
from nightshift.data.labels import label
from nightshift.data.splits import ordered
from nightshift.nouns.bars import FIELDS, Bars
from nightshift.nouns.dataset import PanelRecord
from nightshift.nouns.options import Options
from nightshift.storage import store
from nightshift.storage.night import Night

ALL = columns.chosen(["all"])
KINDS = ("direction", "return", "event", "index_direction", "triple_barrier")


def market(seed: int, n_symbols: int, n_sessions: int) -> Bars:
    """Bars with gaps, symbols that come and go, sessions without a trade and without a range."""
    random = np.random.default_rng(seed)
    shape = (n_symbols, n_sessions)
    close = 40.0 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    open_ = close * np.exp(random.normal(0, 0.01, shape))
    high = np.maximum(open_, close) * np.exp(np.abs(random.normal(0, 0.005, shape)))
    low = np.where(random.random(shape) < random.choice([0, 0.05]), high, np.minimum(open_, close) * 0.99)
    volume = np.where(random.random(shape) < random.choice([0, 0.05]), 0.0, np.round(np.exp(random.normal(13, 0.6, shape))))
    at, comes, goes = (
        np.arange(n_sessions),
        random.integers(-n_sessions, n_sessions, (n_symbols, 1)),
        random.integers(0, 3 * n_sessions, (n_symbols, 1)),
    )
    there = (random.random(shape) >= random.choice([0, 0.02, 0.3])) & (at >= comes) & (at <= goes)
    there[0] = True  # every session has a bar of somebody
    days = np.arange("2020-01-01", "2030-01-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)][:n_sessions]
    arrays = (np.where(there, values, np.nan) for values in (open_, high, low, close, volume))
    return Bars(tuple(f"S{place}" for place in range(n_symbols)), days, *arrays)


def with_members(bars: Bars, seed: int) -> Bars:
    """The same bars, of symbols that join and leave."""
    random, (n_symbols, n_sessions) = np.random.default_rng(seed), bars.shape
    at, since = np.arange(n_sessions), random.integers(-n_sessions, n_sessions, (n_symbols, 1))
    return replace(bars, member=(at >= since) & (at <= since + random.integers(0, 2 * n_sessions, (n_symbols, 1))))


def revised(bars: Bars, seed: int) -> Bars:
    """The same bars, one of them with another close."""
    random = np.random.default_rng(seed)
    row, session = random.integers(len(bars.symbols)), random.integers(len(bars.sessions))
    close = bars.close.copy()
    close[row, session] *= 1.01
    return replace(bars, close=close)


def bits(values: np.ndarray) -> bytes:
    return np.ascontiguousarray(values).tobytes()


class Home:
    """An empty store for one example."""

    def __enter__(self) -> None:
        self.folder, self.before = tempfile.TemporaryDirectory(), os.environ["NIGHTSHIFT_HOME"]
        os.environ["NIGHTSHIFT_HOME"] = self.folder.name

    def __exit__(self, *_: object) -> None:
        os.environ["NIGHTSHIFT_HOME"] = self.before
        self.folder.cleanup()


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), n_symbols=st.integers(1, 5), n_sessions=st.integers(3, 260),
    cuts=st.lists(st.floats(0.01, 1), max_size=3), reach=st.integers(1, 9), revision=st.booleans(), kind=st.sampled_from(KINDS),
    joining=st.booleans(),
)  # fmt: skip
def test_going_on_is_beginning_anew(seed, n_symbols, n_sessions, cuts, reach, revision, joining, kind):
    bars, choice = market(seed, n_symbols, n_sessions), Label(kind=kind, horizon_sessions=reach)
    bars = with_members(bars, seed) if joining else bars
    with Home():
        for place, cut in enumerate(sorted(cuts)):
            earlier = bars.first(max(int(cut * n_sessions), 1))
            record = bar_blocks.keep("m", revised(earlier, seed) if revision and place == 0 else earlier)
            value_blocks.made("m", record, ALL)
        record = bar_blocks.keep("m", bars)
        values = value_blocks.made("m", record, ALL)
        rows = row_blocks.made("m", record, values, [column.name for column in ALL], choice)
        found, facts, outcome = (
            value_files.values_of(values, n_symbols, len(ALL)),
            value_files.facts_of(values),
            row_blocks.labels_of(rows),
        )
        whole, expected = columns.compute(bars, ALL), label(bars, choice)[0]
        assert bits(found) == bits(whole)
        assert bits(outcome) == bits(expected)
        assert bits(facts.present) == bits(bars.eligible)
        assert bits(facts.usable) == bits(np.isfinite(whole).all(axis=2))
        loaded = bar_blocks.load(record)
        assert all(bits(getattr(loaded, name)) == bits(getattr(bars, name)) for name in FIELDS)
        assert np.array_equal(loaded.eligible, bars.eligible)
        if n_sessions > 60:
            split = ordered(n_sessions, Split(), reach)
            names = [column.name for column in ALL]
            assert left_out(facts.extremes, names, split.train) == left_out(whole, names, split.train)
            assert rows_by_reason(facts.usable, outcome, facts.present, split) == rows_by_reason(
                np.isfinite(whole).all(axis=2), expected, bars.eligible, split
            )


def night_of(bars: Bars) -> Night:
    facts = {"market": "m", "title": "M", "calendar": "XNYS", "source": {"kind": "simulated"}, "families": [{"name": "logistic"}]}
    address = f"m/nights/{bars.sessions[-1]}-00000000"
    store.write(f"{address}/check", bar_blocks.keep("m", bars).write)
    session = bars.sessions[-1].item()
    return Night(address, Market.model_validate(facts), session, dt.datetime(2026, 1, 6, tzinfo=dt.UTC), "m/snapshots/abc", Options())


def written(name: str) -> set[Path]:
    return set(store.path(f"m/{name}").iterdir())


@pytest.mark.usefixtures("nightshift_home")
def test_one_session_more_writes_one_block_more():
    bars = market(3, 4, 200)
    columns.store_panel(night_of(bars.first(199)))
    before = {name: written(name) for name in ("bars", "column_values", "column_rows")}
    where = columns.store_panel(night_of(bars))
    assert {name: len(written(name) - before[name]) for name in before} == {"bars": 1, "column_values": 1, "column_rows": 1}
    assert len(PanelRecord.read(store.path(where)).value_blocks) == 4


@pytest.mark.usefixtures("nightshift_home")
def test_what_was_begun_is_verified_before_it_is_gone_on_from():
    from nightshift.errors import Damaged

    bars = market(4, 4, 200)
    where = columns.store_panel(night_of(bars.first(199)))
    last = store.path(PanelRecord.read(store.path(where)).value_blocks[-1]) / "values.f32"
    last.write_bytes(last.read_bytes()[:-4] + b"\x01\x02\x03\x04")
    with pytest.raises(Damaged, match=r"values\.f32"):
        columns.store_panel(night_of(bars))
