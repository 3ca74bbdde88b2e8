"""The quality gate end to end: source → snapshot → check, passing what is isolated, refusing what is systematic."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import quality, snapshot
from nightshift.data.sources import Query
from nightshift.data.sources.simulated import Params, fetch
from nightshift.errors import DataRefused
from nightshift.nouns.data_account import DataAccount
from nightshift.nouns.options import Options
from nightshift.nouns.quality import QualityAccount, QualityReport
from nightshift.storage import store
from nightshift.storage.night import Night, night_of, open_night

LAST, AS_OF = dt.date(2024, 6, 3), "2024-06-03T22:00"

pytestmark = pytest.mark.usefixtures("nightshift_home")


def healthy() -> pd.DataFrame:
    params = Params(symbols=20, first_session=dt.date(2024, 1, 2), missing_session_fraction=0.0)
    return fetch(params, Query("XNYS", (), None, LAST, sessions.utc(AS_OF))).to_pandas()


@pytest.fixture
def checked(market: Callable[..., Market], tmp_path: Path) -> Callable[..., tuple[Night, Path, QualityReport]]:
    """Put these rows through source, snapshot and check: the night, its folder, and what was asked."""

    def run(frame: pd.DataFrame, as_of: str = AS_OF) -> tuple[Night, Path, QualityReport]:
        place = tmp_path / "bars"
        place.mkdir()
        frame.to_parquet(place / "all.parquet")
        made, when = market("folder", folder=str(place)), sessions.utc(as_of)
        night = night_of(open_night(made, when, snapshot.take(made, when), Options()))
        where = store.write(night.stage("check"), lambda folder: quality.check(night, folder))
        return night, store.path(where), QualityReport.read(store.path(where))

    return run


def failed(verdict: QualityReport, severity: str = "critical") -> list[str]:
    return [one.name for one in verdict.expectations if not one.passed and one.severity == severity]


def refusal(night: Night) -> str:
    with pytest.raises(DataRefused) as refused:
        quality.refuse_unless_passed(night, night.stage("check"))
    assert refused.value.exit_code == 2
    return str(refused.value)


def test_a_healthy_market_passes_and_its_bars_are_the_snapshots(checked):
    night, _, verdict = checked(healthy())
    assert verdict.passed
    assert failed(verdict) == failed(verdict, "warning") == []
    quality.refuse_unless_passed(night, night.stage("check"))
    ours, theirs = quality.clean_bars(night), snapshot.bars(snapshot.table(night.snapshot))
    assert ours.symbols == theirs.symbols
    np.testing.assert_array_equal(ours.close, theirs.close)
    names = {one.name for one in verdict.expectations}
    assert {"schema", "uniqueness", "no future sessions", "no hindsight", "trading days", "low ≤ open", "volume ≥ 0", "close > 0"} <= names
    assert {"freshness", "symbol coverage", "calendar completeness", "adjusted prices", "jumps", "symbol gaps"} <= names


def test_isolated_defects_are_mended_counted_and_passed(checked):
    frame = healthy()
    frame.loc[5, "close"] = np.nan
    frame.loc[700, "high"] = frame.loc[700, "close"] / 2
    frame.loc[900, "volume"] = -1.0
    frame = pd.concat([frame, frame.loc[[1000]]])
    night, folder, _ = checked(frame)
    quality.refuse_unless_passed(night, night.stage("check"))
    account = QualityAccount.read(folder)
    assert account.dropped == {"duplicate": 1, "not_a_number": 1, "ohlc_impossible": 1, "volume_negative": 1}
    assert account.gaps.missing_bars == 3
    assert quality.account_text(account).startswith("2121 rows in, 2117 out; dropped: 1 duplicate")


def test_the_same_defect_everywhere_is_refused_and_named(checked):
    frame = healthy()
    frame.loc[::20, "close"] = np.nan
    night, _, verdict = checked(frame)
    assert "isolated defects" in failed(verdict)
    told = refusal(night)
    assert "not_a_number" in told
    assert "data_docs/index.html" in told


def test_stale_bars_are_refused_with_their_age(checked):
    night, _, verdict = checked(healthy(), as_of="2024-06-10T12:00")
    assert failed(verdict) == ["freshness"]
    assert "160.0" in refusal(night)


def test_a_newest_session_without_most_symbols_is_refused_by_name(checked):
    frame = healthy()
    night, _, verdict = checked(frame[(frame.session < LAST) | (frame.symbol < "SIM0010")])
    assert failed(verdict) == ["symbol coverage"]
    assert "SIM0010 2024-06-03 no clean bar" in refusal(night)


def test_whole_sessions_without_bars_are_refused_by_date(checked):
    frame = healthy()
    hole = (frame.session >= dt.date(2024, 3, 4)) & (frame.session <= dt.date(2024, 3, 15))
    night, _, verdict = checked(frame[~hole])
    assert failed(verdict) == ["calendar completeness"]
    assert "2024-03-04" in refusal(night)


def test_a_symbol_full_of_holes_is_a_warning_that_names_it(checked):
    frame = healthy()
    drop = (frame.symbol == "SIM0003") & (frame.index % 7 == 0)
    _, _, verdict = checked(frame[~drop])
    assert verdict.passed
    assert failed(verdict, "warning") == ["symbol gaps"]
    assert next(one for one in verdict.expectations if one.name == "symbol gaps").rows[0].symbol == "SIM0003"


def test_one_unadjusted_split_is_cut_away_and_a_raw_universe_is_refused(checked, tmp_path):
    frame = healthy()
    for symbol in ("SIM0003", "SIM0007", "SIM0011"):
        after = (frame.symbol == symbol) & (frame.session >= dt.date(2024, 4, 2))
        frame.loc[after, ["open", "high", "low", "close"]] /= 2
    night, _, verdict = checked(frame)
    assert failed(verdict) == ["adjusted prices"]
    assert "SIM0003 2024-04-02 opened at 0.5" in refusal(night)


def test_a_jump_is_a_warning_that_names_the_bar(checked):
    frame = healthy()
    after = (frame.symbol == "SIM0003") & (frame.session > dt.date(2024, 4, 2))
    frame.loc[after, ["open", "high", "low", "close"]] *= 1.6
    frame.loc[(frame.symbol == "SIM0003") & (frame.session == dt.date(2024, 4, 2)), ["high", "close"]] *= 1.6
    _, _, verdict = checked(frame)
    assert verdict.passed
    jumps = next(one for one in verdict.expectations if one.name == "jumps")
    assert [(row.symbol, row.session) for row in jumps.rows] == [("SIM0003", "2024-04-02")]


def test_nothing_clean_is_refused_not_a_crash(checked):
    night, _, verdict = checked(healthy().assign(close=-1.0))
    assert {"clean bars", "freshness"} <= set(failed(verdict))
    assert "clean bars" in refusal(night)


def test_the_page_opens_from_disk_and_is_great_expectations_own(checked):
    frame = healthy()
    frame.loc[::20, "close"] = np.nan
    frame["symbol"] = frame.symbol.replace("SIM0000", "<b>&")
    _, folder, _ = checked(frame)
    page = (folder / "data_docs" / "index.html").read_text()
    assert not re.findall(r"(?:src|href)\s*=\s*[\"'](?!#)", page)
    assert not re.findall(r"<script|<link|<img|https?://", page)
    assert "The data was refused." in page
    assert "Evaluated Expectations" in page
    assert "low ≤ open: low at most open (critical)" in page
    assert "<b>&" not in page


def test_a_check_is_the_same_bytes_for_the_same_night(checked):
    night, folder, _ = checked(healthy())
    again = folder.parent / "again"
    again.mkdir()
    quality.check(night, again)
    for name in ("bars.parquet", QualityAccount.FILE, QualityReport.FILE):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_great_expectations_leaves_nothing_behind_in_the_process(checked, monkeypatch, capfd, tmp_path):
    monkeypatch.delenv("GX_ANALYTICS_ENABLED", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    level = logging.getLogger("great_expectations").level
    checked(healthy())
    from great_expectations.data_context.data_context.context_factory import project_manager
    from great_expectations.exceptions.exceptions import DataContextRequiredError

    with pytest.raises(DataContextRequiredError):
        project_manager.get_current_project()
    assert "GX_ANALYTICS_ENABLED" not in os.environ
    assert not list((tmp_path / "temporary").iterdir())
    assert logging.getLogger("great_expectations").level == level
    assert logging._warnings_showwarning is None  # warnings are not swallowed into a log
    assert "Calculating Metrics" not in capfd.readouterr().err


def test_a_check_in_a_fresh_process_asks_the_network_for_nothing(checked):
    night, _, _ = checked(healthy())
    code = (
        "import sys, tempfile, pathlib\n"
        "def hook(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.gethostbyname'): print('NETWORK', args); sys.exit(9)\n"
        "sys.addaudithook(hook)\n"
        "from nightshift.storage import night\nfrom nightshift.data import quality\n"
        f"quality.check(night.night_of({night.address!r}), pathlib.Path(tempfile.mkdtemp()))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error::ResourceWarning", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_weekly_bars_are_refused_for_what_they_are_and_for_nothing_else(checked):
    frame = healthy()
    night, _, verdict = checked(frame[pd.to_datetime(frame["session"]).dt.day_of_week == 4], as_of="2024-06-03T12:00")
    assert "daily bars" in failed(verdict)
    said = refusal(night)
    assert "bars look weekly: 52 a year, all on Fridays; expected one bar a symbol and session, which is what Nightshift needs" in said
    assert "min_calendar_completeness" not in said


def test_a_history_before_the_calendar_is_left_out_and_refuses_nothing(checked):
    frame = healthy()
    early = frame.assign(session=[day.replace(year=day.year - 60) for day in frame["session"]])
    _, folder, verdict = checked(pd.concat([early, frame]))
    assert verdict.passed
    account = QualityAccount.read(folder)
    assert account.dropped["before_first_session"] == len(frame)
    said = [one.value for one in account.examples if not one.symbol]
    hint = "set `first_session:` in the market file to use an earlier history"
    assert said == [f"{len(frame)} rows before the calendar's first session 1990-01-02; {hint}"]
    lost = DataAccount.read(folder).lost[0]
    assert (lost.words, lost.key) == ("before the calendar's first session 1990-01-02", "first_session")
