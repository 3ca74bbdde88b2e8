"""The fence is a result: the night is over, what is served goes on, and the night keeps why; a dry run says the same beforehand."""

import pytest

from nightshift import release
from nightshift.report.lines import loud
from nightshift.running import stages
from nightshift.storage import ledger
from nightshift.storage.night import night_of


@pytest.fixture
def older(handmade, monkeypatch):
    """A night of before what is served, staged and tested while nothing was served yet; and then the newer one was released."""
    monkeypatch.setattr("nightshift.tracking.follow", lambda market: None)
    older = handmade.night("2026-11-12")
    release.promote(handmade.night("2026-11-19"), who="gate", why="better", at=handmade.AT)
    return older


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_older_night_is_kept_out_in_a_dry_run_and_in_earnest(older, handmade, dry_run):
    before = ledger.entries(handmade.NAME)
    where = stages.promote(older.stage("deployment_test"), dry_run=dry_run)
    assert night_of(where).address == older.address
    assert stages.kept_out_of(where).startswith(
        "expected a session not before 2026-11-19, which version 1.0.0, the live one, was made from;"
    )
    assert ledger.entries(handmade.NAME) == before


def test_a_night_that_may_be_released_is_not_kept_out_in_a_dry_run(handmade, monkeypatch):
    night = handmade.night("2026-11-19")
    where = stages.promote(night.stage("deployment_test"), dry_run=True)
    assert stages.kept_out_of(where) == ""
    assert ledger.entries(handmade.NAME) == []


def test_what_was_kept_out_and_released_later_by_a_person_is_told_as_released(older, handmade):
    stages.promote(older.stage("deployment_test"))
    stages.promote(older.stage("deployment_test"), who="ada", why="the newer data was wrong", force=True)
    assert stages.kept_out_of(older.address) == ""


def test_it_is_loud(older):
    from nightshift.nouns.verdict_record import Verdict

    stages.promote(older.stage("deployment_test"))
    said = loud.loud(older.read(Verdict, "verdict"), kept_out=loud.kept_out(older))
    assert [one.word for one in said] == ["NOT RELEASED"]


@pytest.mark.parametrize(
    ("who", "why", "told"),
    [
        ("ada", "too soon", "found ada said no: too soon; "),
        ("ada", "", "found ada said no; "),
        ("", "", "found no answer in time, which is a no; "),
    ],
)
def test_what_a_person_declined_says_so_and_how_it_is_released_after_all(handmade, who, why, told):
    night = handmade.night("2026-11-19")
    stages.decline(night.stage("verdict"), who, why)
    said = stages.kept_out_of(night.address)
    assert told in said
    assert said.endswith(f"next: nightshift promote --market {handmade.NAME} --night {night.address.rsplit('/')[-1]}")
    assert ledger.entries(handmade.NAME) == []
