"""One small finished night (bars, columns, three fitted families), made once for the room's tests."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nightshift import models, release
from nightshift.config import Market
from nightshift.data import columns
from nightshift.models import Context
from nightshift.nouns.dataset import ColumnsRecord
from nightshift.nouns.options import Options
from nightshift.nouns.panel import rows_of
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import TrainingRecord
from nightshift.sessions import between
from nightshift.storage import store
from nightshift.storage.night import night_of, open_night

FACTS = {
    "market": "proofs", "title": "A market for tests", "calendar": "XNYS", "source": {"kind": "simulated"},
    "columns": ["rsi_14", "log_return_1", "return_std_20", "weekday"],
    "families": [{"name": "logistic"}, {"name": "lightgbm"}], "costs": {"commission_bps": 1, "slippage_bps": 2},
    "gates": [
        {"metric": "accuracy", "must_be": "at_least", "limit": 0.52},
        {"metric": "sharpe_annual", "must_be": "at_least", "limit": 0.0},
    ],
    "execution": {"heavy": "here", "threads": 1, "seed": 5},
}  # fmt: skip


def planted_bars(n_symbols=12, n_sessions=600, seed=3, strength=0.5):
    """A table of daily bars in which yesterday's direction tells today's."""
    rng = np.random.default_rng(seed)
    days = between("XNYS", dt.date(2020, 1, 2), dt.date(2024, 12, 31))[:n_sessions]
    noise, moves = rng.normal(0, 0.015, (n_symbols, n_sessions)), np.zeros((n_symbols, n_sessions))
    for t in range(1, n_sessions):
        moves[:, t] = strength * moves[:, t - 1] + noise[:, t]
    close = 40 * np.exp(np.cumsum(moves, axis=1))
    opened = close * np.exp(-moves * 0.9)
    high, low = np.maximum(opened, close) * 1.002, np.minimum(opened, close) * 0.998
    rows = {"symbol": np.repeat([f"S{i:02d}" for i in range(n_symbols)], n_sessions), "session": np.tile(days, n_symbols)}
    arrays = {"open": opened, "high": high, "low": low, "close": close, "volume": rng.uniform(1e5, 1e6, close.shape)}
    rows |= {name: one.ravel() for name, one in arrays.items()}
    rows |= {"adj_factor": np.ones(close.size), "observed_at": pa.array([dt.datetime(2025, 1, 1, tzinfo=dt.UTC)] * close.size)}
    return pa.table(rows), days


def make_night(market_facts, table, days, families):
    """The night's address, with its check, columns and models stages written; returns (night, model addresses)."""
    market = Market.model_validate(market_facts)
    as_of = dt.datetime.combine(days[-1].astype(object), dt.time(23), tzinfo=dt.UTC)
    night = night_of(open_night(market, as_of, "proofs/snapshots/none", Options()))
    store.write(night.stage("check"), lambda folder: pq.write_table(table, folder / "bars.parquet"))
    kept = columns.store_panel(night)
    store.write(night.stage("columns"), ColumnsRecord(store=kept).write)
    store.write(night.stage("yardsticks"), lambda folder: release.score_yardsticks(night, folder))
    return night, [store.write(night.stage("models", name), _fit(night, name, kept)) for name in families]


def _fit(night, name, kept):
    def fill(folder):
        panel, split = columns.load_panel(kept), columns.load_split(kept)
        train, validate, test = (rows_of(panel, part) for part in (split.train, split.validate, split.test))
        fitted = models.fit(name, {}, train, validate, Context(night.market.label.task, night.market.execution.seed))
        models.save(fitted, folder / "model")
        asked = rows_of(panel, np.concatenate([split.validate, split.test]))
        part = np.repeat(["validate", "test"], [len(validate), len(test)])
        Scores(asked, part, np.concatenate([fitted.predict(validate), fitted.predict(test)])).write(folder)
        TrainingRecord(family=name, seconds=0.2, seed=5).write(folder)

    return fill


@pytest.fixture
def kept():
    """The facts of a file as an earlier version left it."""
    folder = Path(__file__).parents[1] / "nouns" / "kept"
    return lambda name: json.loads((folder / name).read_text())


@pytest.fixture(scope="session")
def proof_home(tmp_path_factory):
    return tmp_path_factory.mktemp("proof") / "nightshift"


@pytest.fixture
def finished(proof_home, monkeypatch):
    """(night, addresses of its models) in a home shared by this folder's tests; written once, read by all."""
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(proof_home))
    table, days = planted_bars()
    return make_night(FACTS, table, days, ["logistic", "lightgbm"])


@pytest.fixture
def room():
    """This module's builders, for tests that need a night of their own."""
    import types

    return types.SimpleNamespace(planted_bars=planted_bars, make_night=make_night, FACTS=FACTS)
