"""A night whose snapshot was judged before: no training, no look, a report that says so; and all that makes it work all the same."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import yaml

from nightshift import gates, sessions
from nightshift.commands.cli import main
from nightshift.errors import DataRefused
from nightshift.nouns.news_record import NO_NEW_BAR, NewsRecord
from nightshift.nouns.options import Options
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.running import line, stages
from nightshift.storage import ledger, store
from nightshift.storage.night import night_of

JUDGED, QUIET, LATER = "2025-11-19T23:00:00+00:00", "2025-11-20T23:00:00+00:00", "2025-12-05T23:00:00+00:00"


@pytest.fixture(scope="module")
def place(tmp_path_factory, small_market):
    """A market of two symbols from a folder whose last bar is of 2025-11-19, and its one judged night."""
    place = tmp_path_factory.mktemp("quiet")
    (place / "bars").mkdir()
    days = sessions.between("XNYS", sessions.utc("2024-11-01").date(), sessions.utc("2025-11-19").date())
    random = np.random.default_rng(4)
    for symbol in ("AAA", "BBB"):
        close = 40 * np.exp(np.cumsum(random.normal(0, 0.02, len(days))))
        frame = pd.DataFrame({"Date": days.astype(str), "Open": close, "High": close * 1.01, "Low": close * 0.99, "Close": close})
        frame.assign(Volume=np.round(random.lognormal(12, 0.3, len(days)))).to_csv(place / "bars" / f"{symbol}.csv", index=False)
    source = {"kind": "folder", "folder": str(place / "bars")}
    small_market(place, source=source, families=[{"name": "logistic"}], columns=["returns"], execution={"heavy": "here"})
    with pytest.MonkeyPatch.context() as patched:
        homes(patched, place)
        line.run_night("small", JUDGED, Options())
    return place


def homes(patched, place):
    patched.setenv("NIGHTSHIFT_HOME", str(place / "home"))
    patched.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))


@pytest.fixture(autouse=True)
def at_home(monkeypatch, place):
    homes(monkeypatch, place)


def heard(as_of: str, options: Options | None = None) -> NewsRecord:
    night = line.open_night("small", as_of, options or Options())
    return night_of(stages.listen(night.address)).read(NewsRecord, "news")


def test_a_night_without_a_new_bar_rests_on_the_last_answer(capsys):
    looks = ledger.looks("small")
    assert main(["run", "--market", "small", "--as-of", QUIET]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{NO_NEW_BAR}  no bar is newer than 2025-11-19")
    assert ledger.looks("small") == looks
    (night,) = store.path("small/nights").glob("2025-11-20-*")
    assert not {"check", "columns", "models", "verdict"} & {stage.name for stage in night.iterdir()}
    given = SignalsRecord.read(night / "signals" / "none")
    assert (str(given.session), given.version, given.counts) == ("2025-11-19", None, None)
    facts = json.loads((night / "report" / "report.json").read_text())
    assert facts["signals"] == "none for 2025-11-20: no model of small is served yet"
    assert (facts["kind"], facts["newest_session"]) == ("no_new_bar", "2025-11-19")
    page = (night / "report" / "report.html").read_text()
    assert "NO NEW BAR" in page
    assert (night / "report" / facts["link"]).is_file()


def test_history_and_status_say_so(capsys):
    line.run_night("small", QUIET, Options())
    for command, words in (("history", NO_NEW_BAR), ("status", "no bar since 2025-11-19")):
        assert main([command, "--market", "small"]) == 0
        assert words in capsys.readouterr().out


def test_an_evening_between_two_quiet_ones_rests_on_the_same_judged_night():
    first, second = heard(QUIET), heard("2025-11-21T23:00:00+00:00")
    assert not first.has_news
    assert not second.has_news
    assert first.rests_on == second.rests_on != ""


def test_forcing_works_all_the_same():
    assert heard(QUIET, Options(force="ann: to see")).has_news


def test_other_wishes_and_another_policy_are_news(monkeypatch, place, tmp_path):
    assert heard(QUIET, Options(symbols=("AAA",))).why == "no earlier night was judged under these wishes"
    facts = yaml.safe_load((place / "markets" / "small.yaml").read_text())
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(facts | {"costs": {"slippage_bps": 9}}))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path))
    assert "but another policy" in heard(QUIET).why


def test_other_code_is_news(monkeypatch):
    monkeypatch.setattr("nightshift.gates.news.is_of_this_code", lambda night: False)
    assert "but other code" in gates.listen(line.open_night("small", QUIET, Options())).why


def test_a_feed_that_stopped_is_refused_not_rested_on():
    assert "older than the 96 hours" in heard(LATER).why
    with pytest.raises(DataRefused, match="freshness"):
        line.run_night("small", LATER, Options())


def test_a_promotion_that_was_not_come_to_is_made_up_for(monkeypatch):
    monkeypatch.setattr("nightshift.nouns.verdict_record.Verdict.promotes", True)
    monkeypatch.setattr(ledger, "promotion_of", lambda night: None)
    assert "did not come to it" in gates.listen(line.open_night("small", QUIET, Options())).why


def test_a_late_bar_of_the_same_evening_is_news(place, tmp_path, monkeypatch):
    later = tmp_path / "bars"
    later.mkdir()
    for file in (place / "bars").iterdir():
        (later / file.name).write_text(file.read_text() + "2025-11-20,40,41,39,40,100000\n")
        file.rename(tmp_path / file.name)
        (later / file.name).rename(file)
    try:
        assert "other bars than in the night 2025-11-19" in heard("2025-11-20T23:30:00+00:00").why
    finally:
        for file in (place / "bars").iterdir():
            (tmp_path / file.name).rename(file)
