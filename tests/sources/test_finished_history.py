"""A market whose history is finished, such as the real sample that is shipped: its nights stand for its last session."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pyarrow.compute as pc
import pytest

from nightshift import PROJECT, sessions
from nightshift.commands.ingest import ingest
from nightshift.config import load_market, markets_folder
from nightshift.data import sources
from nightshift.data.sources import Query
from nightshift.errors import ConfigError
from nightshift.gates.assayed import newest, policy_of

NOW = sessions.utc("2026-11-30T22:00")
BARS = "a3b59da073ece435"


@pytest.fixture(scope="module")
def five():
    return load_market("five_stocks")


def test_a_night_stands_for_the_evening_of_the_last_session_and_any_other_market_for_now(five):
    assert five.as_of_at(NOW) == sessions.utc("2013-03-01T21:30")
    assert five.as_of_at(sessions.utc("2012-06-01T21:00")) == sessions.utc("2012-06-01T21:00")
    assert load_market("demo").as_of_at(NOW) == NOW


def test_a_last_day_that_is_no_session_is_refused(five):
    saturday = five.model_copy(update={"schedule": five.schedule.model_copy(update={"finished_on": dt.date(2013, 3, 2)})})
    with pytest.raises(ConfigError, match=r"a session of XNYS as `schedule.finished_on` of market five_stocks; found 2013-03-02"):
        saturday.as_of_at(NOW)


def test_the_command_line_asks_for_that_evening_unless_told_otherwise(capsys):
    ingest.main(["--market", "five_stocks", "--dry-run"], standalone_mode=False)
    ingest.main(["--market", "five_stocks", "--dry-run", "--as-of", "2012-06-01"], standalone_mode=False)
    first, second = capsys.readouterr().out.splitlines()
    assert "as known at 2013-03-01 21:30 UTC" in first
    assert "as known at 2012-06-01 23:59 UTC" in second


def test_the_doctor_reads_a_finished_history_at_its_end():
    from nightshift.commands.doctor_bars import bars_found

    ok, said = bars_found("five_stocks", NOW, by_name=True)
    assert ok, said
    assert said.startswith("2000-03-01 to 2013-03-01")
    assert "closed 0 hours ago" in said or "closed 1 hours ago" in said


def test_the_shipped_bars_end_on_that_day_and_their_prices_are_as_traded_with_a_factor(five):
    query = Query("XNYS", (), None, dt.date(2026, 11, 30), NOW)
    bars = sources.fetch(five, query)
    assert len(bars) == 12_154
    assert bars["symbol"].unique().to_pylist() == ["AAPL", "FB", "GOOG", "IBM", "MSFT"]
    assert pc.max(bars["session"]).as_py() == five.schedule.finished_on
    apple = bars.filter(pc.equal(bars["symbol"], "AAPL"))
    day = apple["session"].to_pylist().index(dt.date(2005, 2, 28))  # two for one
    close, factor = apple["close"].to_numpy(), apple["adj_factor"].to_numpy()
    assert close[day] / close[day - 1] == pytest.approx(0.5, abs=0.02)
    assert close[day] * factor[day] / (close[day - 1] * factor[day - 1]) == pytest.approx(1.0, abs=0.04)
    assert (np.diff(factor) >= -1e-9).all()


def test_the_files_say_where_they_are_from_and_under_which_terms():
    place = PROJECT / "include" / "data" / "five_stocks"
    assert "public domain" in (place / "README.md").read_text()
    assert "public domain" in (place / "NOTICE").read_text()
    assert hashlib.sha256((place / "bars.parquet").read_bytes()).hexdigest().startswith(BARS)
    assert sum(file.stat().st_size for file in place.iterdir()) < 500_000


def test_its_policy_is_that_of_us_stocks_and_was_assayed(five):
    assert policy_of(five) == policy_of(load_market("us_stocks"))
    assert newest(five).in_bounds
    assert (markets_folder() / "assays" / f"{policy_of(five)}.json").is_file()
