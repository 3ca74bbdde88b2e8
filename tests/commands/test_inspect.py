"""`inspect`: from a folder of files to a market file that a night accepts; and what the doctor says of bars."""

import datetime as dt

import pytest
import yaml

from nightshift.data.sources import SOURCES, Query
from nightshift.running import stages


@pytest.fixture
def files(tmp_path, monkeypatch):
    """One file for six symbols, and a home in which nothing happened yet."""
    params = SOURCES["simulated"].Params(symbols=6, first_session="2025-04-15", seed=3)
    bars = SOURCES["simulated"].fetch(params, Query("XNYS", (), None, dt.date(2026, 11, 19), dt.datetime(2026, 11, 20, tzinfo=dt.UTC)))
    folder = tmp_path / "My Bars"
    folder.mkdir()
    bars.to_pandas().drop(columns=["adj_factor", "observed_at"]).to_csv(folder / "all.csv", index=False)
    (tmp_path / "markets").mkdir()
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    return folder


def test_a_folder_is_said_and_nothing_is_written(files, ask):
    said = ask("inspect", str(files), "--json")
    assert said.code == 0
    assert (said.facts["market"], said.facts["calendar"], said.facts["symbols"]) == ("my_bars", "XNYS", 6)
    assert list((files.parent / "markets").iterdir()) == []
    assert "--market my_bars --write" in ask("inspect", str(files), "--calendar", "XNYS").out


def test_a_night_accepts_the_bars_under_the_written_file(files, ask):
    file = files.parent / "markets" / "mine.yaml"
    written = ask("inspect", str(files), "--calendar", "XNYS", "--write", str(file))
    assert written.code == 0
    assert "nightshift run --market mine --as-of 2026-11-19" in written.out
    stages.check(stages.extract("mine", "2026-11-19T23:59:59+00:00", {}))


@pytest.mark.slow
def test_the_written_file_runs_to_a_verdict_at_the_first_attempt(files, ask):
    ask("inspect", str(files), "--calendar", "XNYS", "--write", str(files.parent / "markets" / "mine.yaml"))
    night = ask("run", "--market", "mine", "--as-of", "2026-11-19", "--families", "logistic", "--quiet", "--json")
    assert night.facts["decision"] in {"PROMOTE", "REJECT", "ABSTAIN"}


def test_the_doctor_reads_some_bars(files, ask):
    ask("inspect", str(files), "--calendar", "XNYS", "--write", str(files.parent / "markets" / "mine.yaml"))
    told = ask("doctor", "--market", "mine", "--as-of", "2026-11-19", "--json")
    bars = next(fact for fact in told.facts if fact["what"] == "bars of mine")
    assert bars["ok"]
    assert bars["found"].startswith("2025-04-15 to 2026-11-19 in 1 of 1 files")


def test_a_file_that_is_there_is_not_written_over(files, ask):
    file = files.parent / "markets" / "mine.yaml"
    file.write_text("mine")
    said = ask("inspect", str(files), "--calendar", "XNYS", "--write", str(file))
    assert (said.code, file.read_text()) == (3, "mine")
    assert ask("inspect", str(files), "--calendar", "XNYS", "--write", str(file), "--force").code == 0
    assert yaml.safe_load(file.read_text())["market"] == "mine"


def test_a_market_and_its_file_have_one_name(files, ask):
    said = ask("inspect", str(files), "--market", "mine", "--write", str(files.parent / "markets" / "yours.yaml"))
    assert said.code == 3
    assert "found yours.yaml" in said.err


def test_bars_that_no_limit_should_allow_are_not_written(files, ask):
    rows = (files / "all.csv").read_text().splitlines()
    header = rows[0].split(",")
    low = header.index("low")
    broken = [",".join("9999999" if at == low and n % 2 else cell for at, cell in enumerate(row.split(","))) for n, row in enumerate(rows)]
    (files / "all.csv").write_text("\n".join([rows[0], *broken[1:]]) + "\n")
    file = files.parent / "markets" / "mine.yaml"
    said = ask("inspect", str(files), "--calendar", "XNYS", "--write", str(file))
    assert (said.code, file.exists()) == (2, False)
    assert "`quality.limits.ohlc_impossible`" in said.err
    assert ask("inspect", str(files), "--calendar", "XNYS").code == 2


def test_the_doctor_names_the_key_where_bars_are_too_old(files, ask):
    ask("inspect", str(files), "--calendar", "XNYS", "--write", str(files.parent / "markets" / "mine.yaml"))
    said = ask("doctor", "--market", "mine", "--as-of", "2026-11-30")
    assert said.code == 3
    assert "`quality.max_data_age_hours`" in said.out
    assert "found 2026-11-19, 267 hours before" in said.out


def test_the_doctor_waits_for_files_unless_it_is_asked_about_them(files, ask):
    ask("inspect", str(files), "--calendar", "XNYS", "--write", str(files.parent / "markets" / "mine.yaml"))
    files.rename(files.parent / "elsewhere")
    everything = ask("doctor", "--as-of", "2026-11-19", "--json")
    assert [fact["ok"] for fact in everything.facts if fact["what"] == "bars of mine"] == [True]
    assert ask("doctor", "--market", "mine", "--as-of", "2026-11-19").code == 3
