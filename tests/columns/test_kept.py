"""The column store: whole, content-addressed, lazily read, and honest about what it left out."""

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift.config import Label, Market
from nightshift.data import columns, splits
from nightshift.data.labels import label
from nightshift.data.quality import clean_bars
from nightshift.data.sources.source import bar_schema
from nightshift.errors import ConfigError, Damaged, DataRefused
from nightshift.nouns.dataset import PanelRecord
from nightshift.nouns.options import Options
from nightshift.nouns.panel import rows_of
from nightshift.storage import store
from nightshift.storage.night import Night

pytestmark = pytest.mark.usefixtures("nightshift_home")


def market_of(**changes):
    facts = {"market": "tiny", "title": "Tiny", "calendar": "XNYS", "source": {"kind": "simulated"}, "families": [{"name": "logistic"}]}
    return Market.model_validate(facts | changes)


def checked_night(market=None, n_symbols=4, n_sessions=160, seed=0, volume=None, address="tiny/nights/2026-01-05-00000000"):
    """A night whose check stage left these clean rows, as the real one does."""
    random = np.random.default_rng(seed)
    shape = (n_symbols, n_sessions)
    close = 30 * np.exp(np.cumsum(random.normal(0, 0.02, shape), axis=1))
    rows = {
        "symbol": np.repeat([f"S{i}" for i in range(n_symbols)], n_sessions),
        "session": np.tile(np.datetime64("2025-01-01") + np.arange(n_sessions), n_symbols),
        "open": close * 1.001, "high": close * 1.02, "low": close * 0.99, "close": close,
        "volume": np.exp(random.normal(12, 0.5, shape)) if volume is None else np.full(shape, volume),
        "adj_factor": np.ones(shape), "observed_at": np.full(shape, np.datetime64("2026-01-05", "us")),
    }  # fmt: skip
    kept = random.random(shape).ravel() > 0.01
    table = pa.table({name: np.ravel(values)[kept] for name, values in rows.items()}).cast(bar_schema())
    store.write(f"{address}/check", lambda folder: pq.write_table(table, folder / "bars.parquet"))
    return Night(
        address, market or market_of(), dt.date(2026, 1, 5), dt.datetime(2026, 1, 6, tzinfo=dt.UTC), "tiny/snapshots/abc", Options()
    )


def facts_of(where):
    return PanelRecord.read(store.path(where))


def test_a_panel_comes_back_as_it_was_computed():
    night = checked_night()
    where = columns.store_panel(night)
    panel, bars = columns.load_panel(where), clean_bars(night)
    assert where.startswith("tiny/columns/")
    assert panel.symbols == bars.symbols
    np.testing.assert_array_equal(panel.sessions, bars.sessions)
    left_out = facts_of(where).left_out
    chosen = [column for column in columns.chosen(["all"]) if column.name not in left_out]
    assert panel.names == tuple(column.name for column in chosen)
    np.testing.assert_array_equal(panel.values, columns.compute(bars, chosen))
    np.testing.assert_array_equal(panel.label, label(bars, night.market.label)[0])
    assert panel.label_reach == 1
    assert panel.values.transpose(1, 0, 2)[0].flags.c_contiguous  # what is gathered session by session lies side by side
    assert not panel.values.flags.writeable


def test_the_values_are_mapped_not_read():
    where = columns.store_panel(checked_night())
    panel = columns.load_panel(where)
    maps = [line for line in Path("/proc/self/maps").read_text().splitlines() if str(store.home()) in line]
    assert len([line for line in maps if line.endswith("values.f32")]) == 3  # of 160 sessions
    table = rows_of(panel, columns.load_split(where).train).table
    assert np.isfinite(table).all()
    assert table.dtype == np.float32


def test_the_split_comes_back_as_it_was_made():
    night = checked_night(market_of(label={"horizon_sessions": 3}))
    split = columns.load_split(columns.store_panel(night))
    expected = splits.ordered(160, night.market.split, 3)
    for part, sessions in expected.parts.items():
        np.testing.assert_array_equal(split.parts[part], sessions)
    assert split.gap_sessions == 3


def test_the_parquet_parts_hold_the_same_numbers_and_are_read_by_column():
    where = columns.store_panel(checked_night())
    panel, split = columns.load_panel(where), columns.load_split(where)
    for part, sessions in split.parts.items():
        table = columns.open_part(where, part).to_table(columns=["symbol", "session", "rsi_14", "label"])
        assert table.num_rows == len(panel.symbols) * len(sessions)
        by_session = table["rsi_14"].to_numpy().reshape(len(sessions), -1).T
        np.testing.assert_array_equal(by_session, panel.values[:, sessions, panel.names.index("rsi_14")])
        np.testing.assert_array_equal(table["label"].to_numpy().reshape(len(sessions), -1).T, panel.label[:, sessions])
        assert table["symbol"].to_pylist()[: len(panel.symbols)] == list(panel.symbols)
        assert table["session"][0].as_py() == panel.sessions[sessions[0]].astype(dt.date)
    assert np.isnan(columns.open_part(where, "latest").to_table(columns=["label"])["label"].to_numpy()).all()


def test_the_same_night_is_not_computed_twice_and_another_question_is_another_panel(monkeypatch):
    night = checked_night()
    where = columns.store_panel(night)
    with monkeypatch.context() as patched:
        patched.setattr(columns, "compute", lambda *_: pytest.fail("computed again"))
        assert columns.store_panel(night) == where
    others = [
        checked_night(market_of(label={"horizon_sessions": 2})),
        checked_night(market_of(columns=["momentum"])),
        checked_night(market_of(split={"extra_gap_sessions": 1})),
        checked_night(seed=9, address="tiny/nights/2026-01-05-00000001"),
    ]
    assert len({where, *map(columns.store_panel, others)}) == 5


def test_a_column_that_says_nothing_is_left_out_and_listed():
    where = columns.store_panel(checked_night(volume=0.0))
    facts = facts_of(where)
    assert facts.left_out["log_volume_shock_60"] == "never known on the training part"
    assert "constant at" in facts.left_out["days_since_previous_session"]
    assert not set(facts.left_out) & set(facts.names)
    assert columns.load_panel(where).values.shape[2] == len(facts.names) == len(facts.warmup_sessions)


def test_every_row_is_accounted_for():
    where = columns.store_panel(checked_night())
    panel, split = columns.load_panel(where), columns.load_split(where)
    rows = facts_of(where).rows
    for part, sessions in split.parts.items():
        assert rows[part].rows == sum(n for reason, n in rows[part] if reason != "rows") == 4 * len(sessions)
        assert rows[part].usable == len(rows_of(panel, sessions))
    assert rows["train"].warming_up > 4 * 50
    assert rows["train"].without_bar > 0
    assert rows["latest"].usable == 0


def test_a_label_longer_than_the_history_is_refused_and_nothing_is_written():
    with pytest.raises(ConfigError, match=r"a history longer than its labels.*found 40 sessions"):
        columns.store_panel(checked_night(market_of(label={"horizon_sessions": 30}), n_sessions=40))
    assert not list(store.path("tiny/columns").glob("*"))
    assert not list(store.path("tiny").rglob(".tmp-*"))


def test_a_market_without_a_usable_row_is_refused_with_the_account():
    split = {"train_fraction": 0.2, "validate_fraction": 0.4, "test_fraction": 0.4}
    night = checked_night(market_of(label={"kind": "triple_barrier"}, columns=["rsi_2"], split=split), n_sessions=45)
    with pytest.raises(DataRefused, match=r"at least one row to train.*label_unknown.*next: "):
        columns.store_panel(night)
    assert not list(store.path("tiny/columns").glob("*"))


def test_a_panel_whose_bytes_changed_is_not_loaded():
    where = columns.store_panel(checked_night())
    file = store.path(facts_of(where).row_blocks[1]) / "label.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(Damaged, match=r"label\.npy"):
        columns.load_panel(where)


def test_the_planted_shock_of_a_simulated_market_is_in_plain_sight():
    """The sign of one column alone comes within a point of the best that anybody could reach."""
    from nightshift import sessions
    from nightshift.data import snapshot
    from nightshift.data.sources import Query, simulated

    as_of = sessions.utc("2026-11-19T22:00")
    params = simulated.Params(symbols=12, signal={"kind": "linear", "strength": 0.6})
    query = Query("XNYS", (), None, sessions.last_closed("XNYS", as_of), as_of)
    bars = snapshot.bars(simulated.fetch(params, query))
    shock = columns.compute(bars, columns.chosen(["log_volume_shock_60"]))[:, :, 0]
    outcome, _ = label(bars, Label())
    known = np.isfinite(shock) & np.isfinite(outcome)
    accuracy = ((shock > 0) == outcome)[known].mean()
    assert abs(accuracy - simulated.bayes_optimal(params)["accuracy"]) < 0.012
