"""The table of docs/data_defects.md: what is found, whom it takes for a defect, what it keeps."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

PROJECT = Path(__file__).resolve().parents[2]
DATA = PROJECT.parent / "shared" / "data"
BENCH = PROJECT / "benchmarks" / "bench_data_defects.py"

real = [pytest.mark.realdata, pytest.mark.skipif(not DATA.is_dir(), reason="the real market data folder is not here")]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_data_defects", BENCH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_planted_in_a_simulated_market_nearly_all_is_certain_and_crashes_are_kept(bench):
    market = bench.simulated()
    found = bench.recall(market, sorted(market.symbol.unique())[::5])
    assert np.mean([sure for sure, _ in found.values()]) >= 0.98
    assert min(shown for _, shown in found.values()) >= 0.95
    assert bench.certain(bench.cleaned(market)) == set()
    crash, places = bench.with_a_crash(market)
    assert not places & bench.certain(bench.cleaned(crash))


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(0, marks=real)])
def test_in_the_sp500_nobody_is_taken_for_a_defect_and_splits_are_found(bench, _):
    frame = bench.of_file(DATA / "sp500_2013_2018.parquet")
    account = bench.cleaned(frame)
    wrong, shown = bench.false_alarms(account)
    years = len(frame) / 252
    assert 1000 * len(wrong) / years <= 1.0
    assert 1000 * len(shown) / years <= 9.0
    for day in ("2015-08-24", "2018-02-05"):
        assert not [one for one in bench.shown(account) if one[1] == day]
    symbols = [name for name in sorted(frame.symbol.unique())[1::2] if (frame.symbol == name).sum() > 1000][::4]
    found = bench.recall(frame, symbols)
    assert min(found[name][0] for name in ("2:1", "3:2", "reverse 1:10", "reverse 1:25", *bench.UNITS)) >= 0.95
    assert ("AMD", "2015-07-07") not in bench.certain(account)
    assert found["6:5"][0] >= 0.9
    assert found["11:10"][0] >= 0.7
    assert min(seen for _, seen in found.values()) >= 0.95


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of pandas, by some exchanges' calendars
@pytest.mark.parametrize("_", [pytest.param(0, marks=real)])
def test_what_vendors_did_is_found_where_bars_show_it(bench, _):
    told = bench.of_yahoo(DATA / "yahoo_defects")
    prices = {name: sure for name, (differs, sure, _shown) in told.items() if differs == "prices"}
    assert len(prices) == 9
    assert all(prices.values())
    steps = ("KME-MI", "SCR-TO", "LSC-L", "JENYX", "VWILX", "DODFX", "TEP-PA", "KAP-IL", "SSNLF")
    assert all(sure for name, (_d, sure, _s) in told.items() if name.startswith(steps))
    lacking = ("ADIG", "1398", "3988", "8TRA", "CLC", "NVT", "REL", "RGL", "SERE", "TEM")
    assert all(sure for name, (_d, sure, _s) in told.items() if name.startswith(lacking))
    assert not [name for name, (differs, *found) in told.items() if differs == "nothing" and any(found)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "stem", [pytest.param(stem, marks=real) for stem in ("1398-HK", "ADIG-L", "CLC-L", "NVT-L", "REL-L", "RGL-L", "SERE-L")]
)
def test_what_the_vendors_own_dividends_mend_is_what_the_twin_has(bench, stem):
    """By returns of adjusted closes, which a constant does not change."""
    from nightshift.data.sources.bar_files import read
    from nightshift.data.sources.payouts import noted

    calendar = bench.YAHOO[stem.split("-")[-1]]
    defect, twin = (read(DATA / "yahoo_defects" / f"{stem}-1d-bad-div{ending}.csv", calendar) for ending in ("", "-fixed"))
    assert noted(defect)
    assert not noted(twin)
    both = [one.to_pandas().sort_values("session").dropna(subset=["close"]) for one in (defect, twin)]
    moves = [np.diff(np.log(one.close * one.adj_factor)) for one in both]
    np.testing.assert_allclose(*moves, atol=2e-4)
