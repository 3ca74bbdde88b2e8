"""A store that an older version wrote goes on under this one: it is read, rolled back, looked back on, and lived in for one more night.

What is in the archive, and how it was made, says README.md.
"""

import tarfile
from pathlib import Path

import pytest

from . import program

NOWHERE = "http://127.0.0.1:1"  # nothing is asked of MLflow where nothing is said about it
NIGHTS = [
    ("2026-09-30", "PROMOTE", "lightgbm", "1.0.0"),
    ("2026-10-14", "REJECT", "lightgbm", None),
    ("2026-10-21", "PROMOTE", "logistic", "1.0.1"),
]
LEDGER = [
    ("promote", "1.0.0", None, "2026-09-30", "gate", "2026-09-30T22:30:00+00:00"),
    ("promote", "1.0.1", "1.0.0", "2026-10-21", "gate", "2026-10-21T22:30:00+00:00"),
    ("rollback", "1.0.0", "1.0.1", "2026-09-30", "ada", "2026-10-22T09:30:00+00:00"),
]


@pytest.fixture(params=sorted(Path(__file__).parent.glob("schema_*.tar.xz")), ids=lambda file: file.name.split(".")[0])
def home(request, tmp_path, monkeypatch) -> Path:
    """A copy of a kept store in a home of this test's own."""
    with tarfile.open(request.param) as packed:
        packed.extractall(tmp_path, filter="data")
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", NOWHERE)
    return tmp_path / "home"


def answer(*words, code=0):
    """What the command line answers, after it ended as expected."""
    ended, facts = program.asked(*words)
    assert ended == code, facts
    return facts


def ledger():
    told = ("kind", "version", "previous_version", "session", "who", "at")
    return [tuple(entry[name] for name in told) for entry in answer("history")["ledger"]]


def nights():
    return [tuple(night[name] for name in ("session", "decision", "challenger", "version")) for night in answer("history")["nights"]]


def test_status_says_what_is_served_since_when_and_why(home):
    (facts,) = answer("status")
    assert (facts["version"], facts["family"], facts["session"]) == ("1.0.0", "lightgbm", "2026-09-30")
    assert (facts["since"], facts["why"], facts["last_verdict"]) == ("2026-10-22T09:30:00+00:00", "a trial", "PROMOTE")
    assert program.served(home) == "1.0.0"


def test_every_night_and_every_entry_is_told(home):
    assert nights() == NIGHTS
    assert ledger() == LEDGER


@pytest.mark.parametrize(
    ("instant", "version"),
    [
        ("2026-09-30T22:29:59+00:00", None),
        ("2026-09-30T22:30:00+00:00", "1.0.0"),
        ("2026-10-22T00:00:00+00:00", "1.0.1"),
        ("2026-10-23", "1.0.0"),
    ],
)
def test_what_was_live_then(home, instant, version):
    assert answer("history", "--at", instant).get("version") == version


def test_the_report_of_every_night_is_there(home):
    for night in answer("history")["nights"]:
        page = Path(answer("report", night["night"].rsplit("/", 1)[-1])["report"])
        assert page.is_relative_to(home)
        assert night["decision"] in page.read_text(encoding="utf-8")


def test_the_nights_are_compared(home):
    facts = answer("compare")
    assert [where.split("/")[-1][:10] for where in facts["nights"]] == [session for session, *_ in NIGHTS]
    assert "2 × PROMOTE, 1 × REJECT" in Path(facts["page"]).read_text(encoding="utf-8")


def test_the_doctor_finds_the_served_release_whole(home):
    found = {fact["what"]: (fact["ok"], fact["found"]) for fact in answer("doctor")}
    assert found["served release of small"] == (True, "small/releases/1.0.0, checksums match")
    assert found["market small"] == (True, "2 families, 2 gates, source simulated")


def test_a_rollback_there_and_back_loads_both_releases_and_adds_two_entries(home):
    """One is LightGBM's text and one is a logistic regression's numbers; each has to answer what it answered in training."""
    before = answer("history")["ledger"]
    assert answer("rollback", "--to", "1.0.1", "--who", "ada", "--why", "again")["version"] == "1.0.1"
    assert (answer("status")[0]["family"], program.served(home)) == ("logistic", "1.0.1")
    assert answer("rollback", "--who", "ada", "--why", "it was better")["version"] == "1.0.0"
    assert (answer("status")[0]["family"], program.served(home)) == ("lightgbm", "1.0.0")
    after = answer("history")["ledger"]
    assert after[:3] == before
    assert [(entry["kind"], entry["version"], entry["why"]) for entry in after[3:]] == [
        ("rollback", "1.0.1", "again"),
        ("rollback", "1.0.0", "it was better"),
    ]
    assert after[3]["previous_hash"] == before[-1]["hash"]


def test_a_week_is_looked_back_on_again(home):
    facts = program.weekly("2026-10-24T08:00:00+00:00")
    assert facts["nights"] == 3
    assert facts["sessions"] == [("2026-09-30", 7, pytest.approx(6 / 7)), ("2026-10-14", 7, 1.0), ("2026-10-21", 0, None)]
    assert (facts["predictions"], facts["accuracy"]) == (14, None)  # of 20 that an accuracy needs
    assert facts["net_return"] == pytest.approx(0.019027994385)


def test_the_next_night_is_judged_against_the_old_release(home, monkeypatch):
    """And MLflow, which has lost everything, is told of the old nights and releases too."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    facts = answer("run", "--as-of", "2026-10-28T22:00:00+00:00", code=2)
    compared = {check["must_be"]: check for check in facts["checks"]}["above_champion_by"]
    assert (facts["session"], facts["decision"], facts["challenger"]) == ("2026-10-28", "REJECT", "lightgbm")
    assert (compared["baseline"], compared["passed"]) == ("champion", False)
    assert compared["value"] == pytest.approx(9.700801636863996)
    assert compared["reason"].endswith("over 18 sessions"), "the others were learned from, as the night that made the release still says"
    assert nights() == [*NIGHTS, ("2026-10-28", "REJECT", "lightgbm", None)]
    assert ledger() == LEDGER
    assert program.served(home) == "1.0.0"
    assert {night["night"].rsplit("/", 1)[-1] for night in answer("history")["nights"]} <= {run["name"] for run in answer("runs")}
    week = program.weekly("2026-10-31T08:00:00+00:00")  # the outcome of the old version's last prediction is known by now
    assert (week["nights"], week["predictions"], week["accuracy"]) == (4, 21, pytest.approx(17 / 21))
