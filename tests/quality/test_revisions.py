"""What a vendor rewrote of the past is counted by symbol and date, and stops the night above its limit; another scale is no revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift import sessions
from nightshift.config import Quality
from nightshift.data import quality, snapshot
from nightshift.data.quality import data_docs
from nightshift.data.quality.revisions import earlier, listing
from nightshift.data.quality.revisions.comparing import compare
from nightshift.data.quality.rules import asking
from nightshift.data.sources import Query
from nightshift.data.sources.simulated import Params, fetch
from nightshift.data.sources.source import bar_schema
from nightshift.errors import DataRefused
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.options import Options
from nightshift.nouns.quality import QualityReport
from nightshift.nouns.revisions_record import Reach, RevisionsRecord
from nightshift.storage import addresses, store
from nightshift.storage.night import Night, night_of, open_night

THEN, NOW = dt.date(2024, 6, 3), dt.date(2024, 6, 4)
PRICES = ["open", "high", "low", "close"]
BEFORE = earlier.Before("small/nights/2024-06-03-1a2b", "small/snapshots/1a2b", 20)
NO_REACH = Reach(columns_rows=0, columns_sessions=0, label_rows=0)


def bars(last: dt.date = THEN, symbols: int = 4, first: dt.date = dt.date(2024, 2, 1)) -> pd.DataFrame:
    params = Params(symbols=symbols, first_session=first, missing_session_fraction=0.0)
    return fetch(params, Query("XNYS", (), None, last, sessions.utc(f"{last}T22:00"))).to_pandas()


def table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame.sort_values(["symbol", "session"], kind="stable"), schema=bar_schema(), preserve_index=False)


def cents(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**{name: frame[name].round(2) for name in PRICES})


def compared(old: pd.DataFrame, new: pd.DataFrame) -> RevisionsRecord:
    return listing.record(compare(table(old), table(new)), BEFORE, Quality(), NO_REACH, is_accepted=False)


def of(frame: pd.DataFrame, symbol: str, first: str = "1900-01-01", last: str = "2100-01-01") -> pd.Series:
    day = frame.session.astype(str)
    return (frame.symbol == symbol) & (day >= first) & (day <= last)


def test_another_session_alone_revises_nothing():
    found = compared(bars(), bars(NOW))
    assert (found.changed, found.vanished, found.back_filled, found.settled, found.rescaled) == (0, 0, 0, 0, ())
    assert found.compared == len(bars())


def test_changed_vanished_and_back_filled_bars_are_named_with_old_and_new_values():
    old, new = bars(), bars(NOW)
    old = old[~of(old, "SIM0003", "2024-05-01", "2024-05-03")]
    new.loc[of(new, "SIM0001", "2024-04-02", "2024-04-02"), "close"] *= 1.01
    new = new[~of(new, "SIM0002", "2024-03-05", "2024-03-06")]
    found = compared(old, new)
    assert (found.changed, found.vanished, found.back_filled) == (1, 2, 3)
    assert [(one.symbol, one.changed, one.vanished, one.back_filled) for one in found.by_symbol] == [
        ("SIM0003", 0, 0, 3), ("SIM0002", 0, 2, 0), ("SIM0001", 1, 0, 0)
    ]  # fmt: skip
    assert [(bar.symbol, bar.session, bar.kind) for bar in found.bars] == [
        ("SIM0003", "2024-05-03", "back_filled"), ("SIM0003", "2024-05-02", "back_filled"), ("SIM0003", "2024-05-01", "back_filled"),
        ("SIM0001", "2024-04-02", "changed"), ("SIM0002", "2024-03-06", "vanished"), ("SIM0002", "2024-03-05", "vanished"),
    ]  # fmt: skip
    changed = found.bars[3]
    assert changed.new_close == pytest.approx(changed.old_close * 1.01)
    assert (found.bars[0].old_close, found.bars[4].new_close) == (None, None)
    assert "1 changed, 2 vanished, 3 back-filled bars" in found.sentence


@pytest.mark.parametrize("ratio", [0.5, 0.985, 3.0, 1 / 20])
def test_a_history_adjusted_anew_is_one_event_and_its_returns_are_what_they_were(ratio):
    old, new = bars(), bars(NOW)
    new.loc[of(new, "SIM0001"), "adj_factor"] *= ratio
    found = compared(old, new)
    assert (found.changed, found.revised) == (0, 0)
    assert [(one.symbol, one.until, one.rows) for one in found.rescaled] == [("SIM0001", str(THEN), int(of(old, "SIM0001").sum()))]
    assert found.rescaled[0].ratio == pytest.approx(ratio, rel=1e-5)


def test_prices_split_in_the_file_are_another_scale_and_only_the_bar_after_it_is_revised():
    old, new = cents(bars()), cents(bars(NOW))
    before = of(new, "SIM0001", last="2024-05-07")
    new.loc[before, PRICES] = (new.loc[before, PRICES] / 3).round(2)
    new.loc[before, "volume"] = (new.loc[before, "volume"] * 3).round()
    found = compared(old, new)
    assert [(one.symbol, one.until) for one in found.rescaled] == [("SIM0001", "2024-05-07")]
    assert [(bar.symbol, bar.session, bar.kind) for bar in found.bars] == [("SIM0001", "2024-05-08", "changed")]


def test_a_block_of_another_scale_inside_a_history_is_rewritten_bars():
    old, new = bars(), bars(NOW)
    block = of(new, "SIM0001", "2024-04-01", "2024-04-19")
    new.loc[block, PRICES] *= 100
    found = compared(old, new)
    assert (found.changed, found.rescaled) == (int(block.sum()), ())


def test_a_rewritten_bar_does_not_hide_in_a_rescaled_history():
    old, new = bars(), bars(NOW)
    new.loc[of(new, "SIM0001"), "adj_factor"] *= 0.98
    new.loc[of(new, "SIM0001", "2024-04-02", "2024-04-02"), "close"] *= 1.05
    found = compared(old, new)
    assert [(bar.symbol, bar.session) for bar in found.bars] == [("SIM0001", "2024-04-02")]
    assert found.rescaled[0].rows == int(of(old, "SIM0001").sum()) - 1


def test_the_newest_session_settles_without_counting():
    old, new = bars(), bars(NOW)
    old = old[~of(old, "SIM0002", str(THEN))]
    new.loc[of(new, "SIM0001", str(THEN), str(THEN)), "volume"] *= 1.1
    found = compared(old, new)
    assert (found.changed, found.back_filled, found.settled) == (0, 0, 2)


def test_a_symbol_that_is_gone_vanished_with_all_its_bars_and_one_that_came_revises_nothing():
    old, new = bars(), bars(NOW)
    found = compared(old[old.symbol != "SIM0000"], new[new.symbol != "SIM0003"])
    assert (found.gone, found.arrived) == (("SIM0003",), ("SIM0000",))
    assert (found.vanished, found.back_filled) == (int(of(old, "SIM0003").sum()), 0)


def test_a_window_that_moves_on_revises_nothing():
    new = bars(NOW)
    assert compared(bars(), new[new.session >= dt.date(2024, 3, 1)]).revised == 0
    assert compared(bars(first=dt.date(2024, 3, 1)), new).back_filled == 0


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_counts_are_those_of_the_slow_obvious_twin(data):
    rows, after = bars(symbols=3, first=dt.date(2024, 4, 15)), bars(NOW, symbols=3, first=dt.date(2024, 4, 15))
    places = st.lists(st.integers(0, len(rows) - 1), max_size=6, unique=True)
    drop_old, drop_new, change = (data.draw(places) for _ in range(3))
    old, new = rows.drop(index=drop_old), after.copy()
    keys = list(zip(rows.symbol, rows.session, strict=True))
    named = {keys[i] for i in change}
    new.loc[[key in named for key in zip(new.symbol, new.session, strict=True)], "high"] *= 1.2
    gone = {keys[i] for i in drop_new}
    new = new[[key not in gone for key in zip(new.symbol, new.session, strict=True)]]
    found = compared(old, new)
    had, have = (dict(zip(zip(f.symbol, f.session, strict=True), f.high, strict=True)) for f in (old, new))
    newest, since = max(day for _, day in had), max(min(day for _, day in side) for side in (had, have))
    assert found.changed == sum(had[key] != have[key] and key[1] < newest for key in had.keys() & have.keys())
    assert found.vanished == sum(key[1] >= since for key in had.keys() - have.keys())
    assert found.back_filled == sum(since <= key[1] < newest for key in have.keys() - had.keys())


@pytest.fixture
def lived(market: Callable[..., object], tmp_path: Path, nightshift_home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Night]:
    """A night on these bars, checked; Great Expectations is not asked, which has nothing to say of the past."""
    monkeypatch.setattr(asking, "judge", lambda *_: (QualityReport(passed=True, expectations=()), None))
    monkeypatch.setattr(data_docs, "write", lambda *_: None)
    place = tmp_path / "bars"
    place.mkdir()

    def run(frame: pd.DataFrame, last: dt.date, **limits: object) -> Night:
        frame.to_parquet(place / "all.parquet")
        made = market("folder", folder=str(place)).model_copy(update={"quality": Quality(**limits)})
        when = sessions.utc(f"{last}T22:00")
        night = night_of(open_night(made, when, snapshot.take(made, when), Options()))
        store.write(night.stage("check"), lambda folder: quality.check(night, folder))
        return night

    return run


def rewritten() -> pd.DataFrame:
    frame = bars(NOW, symbols=20)
    late = frame.session >= dt.date(2024, 5, 1)
    frame.loc[late, "close"] *= np.random.default_rng(1).uniform(1.001, 1.002, int(late.sum()))
    return frame


def refusal(night: Night) -> str:
    with pytest.raises(DataRefused) as refused:
        quality.refuse_unless_passed(night, night.stage("check"))
    return " ".join(str(refused.value).split())


def test_rewritten_sessions_stop_the_night_until_a_person_accepts_these_bars(lived):
    first = lived(bars(symbols=20), THEN)
    assert first.read(RevisionsRecord, "check").night == ""
    night = lived(rewritten(), NOW)
    said, record = refusal(night), night.read(RevisionsRecord, "check")
    assert record.night == first.address
    assert record.changed > 400
    assert f"the vendor's past: {record.changed} changed, 20 settled bars since night {addresses.name_of(first.address)}" in said
    assert "quality.max_revised_rows: 100" in said
    name = addresses.name_of(night.snapshot)
    assert f"`accept_revisions: {name}`" in said
    accepted = lived(rewritten(), NOW, accept_revisions=name)
    quality.refuse_unless_passed(accepted, accepted.stage("check"))
    assert "accepted by name" in accepted.read(DataAccount, "check").revisions
    assert record.reach.label_rows > record.changed / 2


def test_what_was_refused_once_does_not_pass_the_next_night(lived):
    lived(bars(symbols=20), THEN)
    refused = lived(rewritten(), NOW)
    again = lived(rewritten(), NOW, max_jump_fraction=0.6)
    assert "max_revised_rows" in refusal(refused)
    assert "max_revised_rows" in refusal(again)


def test_a_raised_limit_lets_it_pass_and_the_account_lists_it(lived):
    lived(bars(symbols=20), THEN)
    night = lived(rewritten(), NOW, max_revised_rows=1000)
    quality.refuse_unless_passed(night, night.stage("check"))
    assert "changed" in night.read(DataAccount, "check").revisions
    assert len(night.read(RevisionsRecord, "check").bars) == listing.BARS_NAMED


def test_back_filled_bars_have_a_limit_of_their_own(lived):
    frame = bars(symbols=20)
    lived(frame[~((frame.symbol > "SIM0009") & (frame.session < dt.date(2024, 2, 6)))], THEN, min_calendar_completeness=0.5)
    night = lived(bars(NOW, symbols=20), NOW, max_back_filled_rows=10, min_calendar_completeness=0.5)
    assert "quality.max_back_filled_rows: 10" in refusal(night)
