"""Folders of files as a vendor gives them, made from the simulated market."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from nightshift.data.sources import SOURCES, Query

LAST = dt.date(2026, 11, 19)


@pytest.fixture(scope="session")
def simulated():
    """Bars of eight simulated symbols over 400 sessions, as pandas."""
    params = SOURCES["simulated"].Params(symbols=8, first_session="2025-04-15", seed=3)
    as_of = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    return SOURCES["simulated"].fetch(params, Query("XNYS", (), None, LAST, as_of)).to_pandas()


@pytest.fixture
def a_folder(simulated, tmp_path) -> Callable[..., Path]:
    """Writes one CSV a symbol, after `change` had the table of all; returns the folder."""

    def written(change=lambda bars: bars) -> Path:
        folder = tmp_path / "bars"
        folder.mkdir()
        names = {"session": "Date", "open": "Open", "high": "High", "low": "Low", "close": "Close", "volume": "Volume"}
        for symbol, rows in change(simulated.copy()).groupby("symbol"):
            rows.rename(columns=names)[list(names.values())].to_csv(folder / f"{symbol}.csv", index=False)
        return folder

    return written
