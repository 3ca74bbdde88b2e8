"""Every layout of `tests/recorded/layouts` is recognised by what is in it, and read as the golden file beside it says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
import yaml

from nightshift import sessions
from nightshift.data import sources
from nightshift.data.sources import Query
from nightshift.data.sources.reading import survey

LAYOUTS = Path(__file__).resolve().parents[1] / "recorded" / "layouts"
GOLDEN = yaml.safe_load((LAYOUTS / "golden.yaml").read_text())
NUMBERS = ("open", "high", "low", "close", "volume", "adj_factor")


def test_every_recorded_layout_has_its_golden_bars():
    assert sorted(folder.name for folder in LAYOUTS.iterdir() if folder.is_dir()) == sorted(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_is_recognised_before_a_calendar_is_known(name):
    seen, golden = survey(LAYOUTS / name), GOLDEN[name]
    assert not seen.unread
    assert {file.form.layout for file in seen.recognised} == {golden["layout"]}
    assert {symbol for file in seen.recognised for symbol in file.symbols} == set(golden["symbols"])
    bounds = [(dt.date.fromisoformat(one["first"][0]), dt.date.fromisoformat(one["last"][0])) for one in golden["symbols"].values()]
    assert min(file.first_session for file in seen.recognised) == min(first for first, _ in bounds)
    assert max(file.last_session for file in seen.recognised) == max(last for _, last in bounds)


@pytest.mark.parametrize("name", GOLDEN)
def test_reads_as_the_golden_bars(name, market):
    golden = GOLDEN[name]
    made = market("folder", calendar=golden["calendar"], folder=str(LAYOUTS / name))
    query = Query(golden["calendar"], (), None, dt.date(2025, 6, 2), sessions.utc("2025-06-03"))
    bars = sources.fetch(made, query)
    assert set(bars["symbol"].to_pylist()) == set(golden["symbols"])
    for symbol, said in golden["symbols"].items():
        rows = bars.filter(pc.and_(pc.equal(bars["symbol"], symbol), pc.is_valid(bars["close"]))).to_pylist()
        assert len(rows) == said["rows"]
        for row, literal in ((rows[0], said["first"]), (rows[-1], said["last"])):
            assert str(row["session"]) == literal[0]
            np.testing.assert_allclose([row[number] for number in NUMBERS], literal[1:], rtol=1e-5)
