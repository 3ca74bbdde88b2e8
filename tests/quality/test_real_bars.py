"""Real markets with known defects: every one is accounted for, and a genuine crash or rally is not one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from nightshift import sessions
from nightshift.data import quality, snapshot
from nightshift.data.quality.cleaning import clean
from nightshift.data.sources.bar_files import read
from nightshift.errors import DataRefused
from nightshift.nouns.options import Options
from nightshift.nouns.quality import QualityAccount, QualityReport
from nightshift.storage import store
from nightshift.storage.night import night_of, open_night

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real market data folder is not here"),
    pytest.mark.usefixtures("nightshift_home"),
]


@pytest.fixture
def checked(market, tmp_path):
    def run(name: str, calendar: str, as_of: str):
        shutil.copy(DATA / f"{name}.parquet", tmp_path)
        made, when = market("folder", calendar=calendar, folder=str(tmp_path)), sessions.utc(as_of)
        night = night_of(open_night(made, when, snapshot.take(made, when), Options()))
        where = store.write(night.stage("check"), lambda folder: quality.check(night, folder))
        return night, QualityAccount.read(store.path(where)), QualityReport.read(store.path(where))

    return run


def test_five_years_of_the_sp500_pass_with_their_known_defects_accounted_for(checked):
    night, account, verdict = checked("sp500_2013_2018", "XNYS", "2018-02-07T22:00")
    quality.refuse_unless_passed(night, night.stage("check"))
    assert account.dropped["not_a_number"] == 11
    assert account.dropped["ohlc_impossible"] + account.repaired["ohlc_widened"] == 12  # the inverted bar is one of them
    cut = {example.symbol for example in account.examples if example.reason == "before_unadjusted_action"}
    assert {"BAX", "EBAY", "NI", "DISCA", "DISCK", "YUM", "XRX", "HPE"} <= cut  # spin-offs and a share dividend
    assert not cut & {"NFLX", "FB", "VRTX", "EXPE", "ULTA", "FL", "AMD", "CHK", "WMB"}  # news
    assert len(cut) <= 15
    assert verdict.passed
    jumps = next(one for one in verdict.expectations if one.name == "jumps")
    assert {row.symbol for row in jumps.rows} == {"AMD", "VRTX"}
    bars = quality.clean_bars(night)
    assert bars.shape == (505, 1259)


def test_a_raw_universe_is_refused_with_its_twenty_splits_named_and_the_genuine_rally_left_alone(checked):
    night, account, _ = checked("nifty50_raw_2015_2021", "XBOM", "2021-11-29T15:00")
    with pytest.raises(DataRefused, match="adjusted prices"):
        quality.refuse_unless_passed(night, night.stage("check"))
    raw = pd.read_parquet(DATA / "nifty50_raw_2015_2021.parquet").sort_values(["symbol", "session"])
    move = raw.groupby("symbol").close.pct_change()
    splits = {(row.symbol, str(row.session)) for row in raw[move < -0.4].itertuples()}
    named = {(example.symbol, example.session) for example in account.examples if example.reason == "before_unadjusted_action"}
    assert len(splits) == 20
    assert splits <= named
    assert not {symbol for symbol, _ in named} & {"INDUSINDBK"}  # +44.7 % on 2020-03-26, within the day


@pytest.mark.parametrize(
    ("name", "calendar"),
    [
        ("4063-T-1d-bad-stock-split", "XTKS"),
        ("DEX-AX-1d-bad-stock-split", "XASX"),
        ("CNE-L-1d-bad-stock-split", "XLON"),
        ("LA-V-1d-bad-stock-split", "XTSE"),
        ("MOB-ST-1d-bad-stock-split", "XSTO"),
        ("SPM-MI-1d-bad-stock-split", "XMIL"),
        ("ALPHA-PA-1d-bad-stock-split", "XPAR"),
        ("AET-L-1d-100x-error", "XLON"),
        ("SSW-JO-1d-100x-error", "XJSE"),
    ],
)
def test_vendor_defects_are_found_and_gone_after_cleaning(name, calendar):
    """Bad splits and pence for pounds, as Yahoo published them: no wrong bar stays beside a right one."""
    rows = read(DATA / "yahoo_defects" / f"{name}.csv", calendar).sort_by([("symbol", "ascending"), ("session", "ascending")])
    right = read(DATA / "yahoo_defects" / f"{name}-fixed.csv", calendar).to_pandas().set_index("session").close
    last = rows["session"].to_pylist()[-1]
    result = clean(rows, calendar, last, sessions.utc(f"{last}T23:59"))
    assert sum(result.account.dropped.values()) >= 1
    left = result.rows.to_pandas().set_index("session").close
    scale = (left / right.reindex(left.index)).dropna()
    assert scale.max() / scale.min() < 1.25  # one scale throughout
