"""Prints which addresses move when one file of a copied library is edited: `python moving.py FILE…` with the copy in front."""

from __future__ import annotations

import datetime as dt
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nightshift import watch
from nightshift.config import Market
from nightshift.data import columns
from nightshift.data.sources.source import bar_schema
from nightshift.nouns.options import Options
from nightshift.storage import fingerprints, store
from nightshift.storage.night import Night, night_of, open_night

AS_OF = dt.datetime(2026, 1, 6, 12, tzinfo=dt.UTC)
MARKET = Market.model_validate({
    "market": "tiny", "title": "Tiny", "calendar": "XNYS", "source": {"kind": "simulated"}, "families": [{"name": "logistic"}],
    "columns": ["return_std_5", "rsi_7"],
})  # fmt: skip


def check(night: Night) -> None:
    """The clean bars of two symbols."""
    random = np.random.default_rng(1)
    close = 30 * np.exp(np.cumsum(random.normal(0, 0.02, (2, 120)), axis=1)).ravel()
    rows = {
        "symbol": np.repeat(["A", "B"], 120), "session": np.tile(np.datetime64("2025-01-01") + np.arange(120), 2), "open": close,
        "high": close * 1.01, "low": close * 0.99, "close": close, "volume": np.full(240, 1e5), "adj_factor": np.ones(240),
        "observed_at": np.full(240, np.datetime64("2026-01-05", "us")),
    }  # fmt: skip
    store.write(night.stage("check"), lambda folder: pq.write_table(pa.table(rows).cast(bar_schema()), folder / "bars.parquet"))


def addresses() -> dict[str, str]:
    """Where this code would put a panel, a night and a page."""
    fingerprints.of.cache_clear()
    fingerprints._files.cache_clear()
    night = night_of(open_night(MARKET, AS_OF, "tiny/snapshots/abc", Options()))
    check(night)
    return {"panel": columns.store_panel(night), "night": night.address, "page": watch.weekly(MARKET, AS_OF)}


def moved(name: str) -> list[str]:
    """What an edit of this file moves; the file is put back."""
    file, before = fingerprints.PACKAGE / name, addresses()
    kept = file.read_bytes()
    file.write_bytes(kept + b"\n")
    after = addresses()
    file.write_bytes(kept)
    return [what for what, where in before.items() if after[what] != where]


print(json.dumps({name: moved(name) for name in sys.argv[1:]}))
