"""Real markets with known defects: every one is accounted for, and a genuine crash or rally is not one."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
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


SPIN_OFFS = {"BAX", "DISCA", "DISCK", "DOV", "EBAY", "HPE", "IR", "KLAC", "NI", "NOV", "SYMC"}  # and dividends of a fifth of the price
TAKEN_FOR_ONE = {"CF"}  # on 2017-08-02, news that looks like a bonus of 11:10: one of the two false changes of docs/data_defects.md
BAD_DAYS = {"2013-12-18", "2013-12-20", "2014-10-30", "2017-08-01", "2017-09-14"}  # of this file: bars of other days, back on the next
NEWS = {"NFLX", "FB", "VRTX", "EXPE", "ULTA", "FL", "AMD", "CHK", "WMB", "BBY", "ILMN", "CNC"}


def test_five_years_of_the_sp500_pass_with_their_known_defects_accounted_for(checked):
    night, account, verdict = checked("sp500_2013_2018", "XNYS", "2018-02-07T22:00")
    quality.refuse_unless_passed(night, night.stage("check"))
    assert account.dropped["not_a_number"] == 11
    assert account.dropped["ohlc_impossible"] + account.repaired["ohlc_widened"] == 12  # the inverted bar is one of them
    assert account.dropped["copied_bar"] == 554  # most of them on five days of which the vendor had none
    assert {one.symbol for one in account.mended} == SPIN_OFFS | TAKEN_FOR_ONE
    ticks = [row for row in account.revised if row.reason == "wrong_tick"]
    assert {row.first for row in ticks} <= BAD_DAYS
    assert len(ticks) == 14
    assert not account.left_out
    touched = {one.symbol for one in account.mended} | {row.symbol for row in ticks}
    assert not touched & NEWS
    assert verdict.passed
    bars = quality.clean_bars(night)
    assert bars.shape == (505, 1259)


def test_a_raw_universe_is_refused_with_its_twenty_splits_mended_and_the_genuine_rally_left_alone(checked):
    night, account, _ = checked("nifty50_raw_2015_2021", "XBOM", "2021-11-29T15:00")
    with pytest.raises(DataRefused, match="adjusted prices"):
        quality.refuse_unless_passed(night, night.stage("check"))
    raw = pd.read_parquet(DATA / "nifty50_raw_2015_2021.parquet").sort_values(["symbol", "session"])
    move = raw.groupby("symbol").close.pct_change()
    splits = {(row.symbol, str(row.session)) for row in raw[move < -0.4].itertuples()}
    mended = {(one.symbol, one.session): one for one in account.mended}
    assert len(splits) == 20
    assert splits <= mended.keys()
    assert len(mended) == 29  # and seven bonuses of 3:2 to 11:10, a demerger and a special dividend
    shown = {(one.symbol, one.session) for one in account.suspected}
    assert {
        ("ITC", "2016-07-01"),
        ("WIPRO", "2019-03-06"),
    } <= shown  # 3:2, 4:3
    assert {("NTPC", "2019-03-19"), ("ICICIBANK", "2017-06-20")} <= mended.keys()  # 6:5, 11:10
    assert len(shown) <= 10
    assert set(account.dropped) == {"not_a_session"}
    assert not {symbol for symbol, _ in mended.keys() | shown} & {"INDUSINDBK"}  # +44.7 % on 2020-03-26, within the day
    left = quality.clean_bars(night)
    moves = np.diff(np.log(left.close), axis=1)
    assert np.nanmin(moves) > np.log(0.6)  # what is left of moves below -40 % is none


@pytest.mark.parametrize(
    ("name", "calendar", "expected"),
    [
        ("4063-T-1d-bad-stock-split", "XTKS", {"unadjusted_action"}),
        ("DEX-AX-1d-bad-stock-split", "XASX", {"unadjusted_action"}),
        ("CNE-L-1d-bad-stock-split", "XLON", {"wrong_tick"}),
        ("LA-V-1d-bad-stock-split", "XTSE", {"wrong_tick", "other_unit", "unadjusted_action"}),
        ("MOB-ST-1d-bad-stock-split", "XSTO", {"wrong_tick", "other_unit", "unadjusted_action"}),
        ("SPM-MI-1d-bad-stock-split", "XMIL", {"unadjusted_action"}),
        ("ALPHA-PA-1d-bad-stock-split", "XPAR", {"wrong_tick", "other_unit"}),
        ("AET-L-1d-100x-error", "XLON", {"other_unit"}),
        ("SSW-JO-1d-100x-error", "XJSE", {"other_unit"}),
    ],
)
def test_vendor_defects_are_found_and_gone_after_cleaning(name, calendar, expected):
    """Bad splits and pence for pounds, as Yahoo published them: no wrong bar stays beside a right one."""
    rows = read(DATA / "yahoo_defects" / f"{name}.csv", calendar).sort_by([("symbol", "ascending"), ("session", "ascending")])
    right = read(DATA / "yahoo_defects" / f"{name}-fixed.csv", calendar).to_pandas().set_index("session")
    right = right.close * right.adj_factor
    last = rows["session"].to_pylist()[-1]
    result = clean(rows, calendar, last, sessions.utc(f"{last}T23:59"))
    assert expected & (result.account.dropped.keys() | result.account.repaired.keys())
    left = result.rows.to_pandas().set_index("session")
    if name.startswith("SPM"):  # the day's rights issue is mended with the split: the twin leaves it a fall by a half
        right[right.index < dt.date(2022, 6, 20)] /= 2
    scale = (left.close * left.adj_factor / right.reindex(left.index)).dropna()
    assert scale.max() / scale.min() < 1.25  # one scale throughout
