"""`promote --night --force`: what a verdict refuses goes live on a person's word, and on nothing less."""

import datetime as dt
from pathlib import Path

import pytest

from nightshift.commands import nights
from nightshift.errors import ReleaseRefused
from nightshift.nouns.ledger_entry import Change
from nightshift.nouns.release import DeploymentTest, Release
from nightshift.nouns.verdict_record import Verdict
from nightshift.storage import ledger, store

KEPT = Path(__file__).parents[1] / "nouns" / "kept"
WORD = ("--who", "ann", "--why", "the board insists")


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    """Nothing here is about MLflow."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")


@pytest.fixture
def passes(monkeypatch):
    """The deployment test, answered as a whole release answers, and no signals; the first test here asks the real ones."""

    def answered(night, out):
        staged = night.stage("staged")
        told = {"staged": staged, "manifest_sha256": store.sha256_of(store.path(staged) / store.SEAL)}
        return DeploymentTest.of_facts(store.read_json(KEPT / "DeploymentTest.json"), KEPT).model_copy(update=told)

    monkeypatch.setattr("nightshift.release.test", answered)
    monkeypatch.setattr("nightshift.release.issue", lambda night, dry_run: night.stage("signals"))


def judge_again(**told) -> None:
    """The night's verdict as another policy would have written it."""
    folder = store.path(nights.last("small", "verdict").stage("verdict"))
    Verdict.read(folder).model_copy(update=told).write(folder)
    store._seal(folder)


@pytest.fixture
def refused(judged):
    """A home whose only night was refused."""
    judge_again(decision="REJECT", headline="logistic is refused: 1 check failed.")
    return judged


def force(ask, *words):
    return ask("promote", "--market", "small", "--force", *words)


def test_a_refused_night_goes_live_on_a_persons_word_and_says_so_loudly(refused, ask):
    said = force(ask, *WORD)
    assert said.code == 0, said.err
    assert said.out.splitlines()[:3] == [
        "FORCED by ann: the board insists; the verdict on this night stays:",
        "",
        "REJECT  logistic is refused: 1 check failed.",
    ]
    assert "released as small 1.0.0" in said.out
    entry = ledger.live("small")
    assert (entry.kind, entry.who, entry.why, entry.evidence.headline) == (
        "force", "ann", "the board insists", "logistic is refused: 1 check failed.",
    )  # fmt: skip
    served = store.open_folder(entry.release)
    assert (Verdict.read(served).decision, Release.read(served).promoted_by) == ("REJECT", "ann")
    assert "logistic is refused" in (served / "model_card.md").read_text()
    history = ask("history", "--market", "small").out
    assert any(line.split()[2:8:2] == ["forced", "1.0.0", "ann"] and "the board insists" in line for line in history.splitlines())
    told = ask("history", "--market", "small", "--last", "--json").facts
    assert (told["decision"], told["version"], told["forced"]) == ("REJECT", "1.0.0", "ann: the board insists")
    again = force(ask, "--who", "bob", "--why", "me too")
    assert again.code == 0
    assert again.out.startswith("already released as small 1.0.0, which is what it serves: nothing was changed")
    assert [entry.who for entry in ledger.entries("small")] == ["ann"]


@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        ((), "no --who and no --why"),
        (("--who", "ann"), "no --why"),
        (("--who", "ann", "--why", "  "), "no --why"),
        (("--why", "because"), "no --who"),
        (("--who", " ", "--why", "because"), "no --who"),
    ],
)
def test_a_word_is_a_name_and_a_reason(refused, ask, words, lacking, monkeypatch):
    monkeypatch.setenv("USER", "somebody")  # who is logged in has not given a word
    said = force(ask, *words)
    assert said.code == 3
    assert f"found {lacking};" in said.err
    assert not store.exists(nights.last("small", "verdict").stage("staged"))


def test_what_was_staged_by_force_is_not_promoted_without_it(refused, passes, ask):
    tried = force(ask, *WORD, "--dry-run")
    assert tried.code == 0
    assert "nothing was released" in tried.out
    assert store.exists(nights.last("small", "verdict").stage("deployment_test"))
    assert ask("promote", "--market", "small").code == 2
    assert ledger.entries("small") == []
    assert force(ask, *WORD).code == 0


def test_nothing_forces_the_deployment_test(refused, ask, monkeypatch):
    def differs(night, out):
        raise ReleaseRefused(expected="the scores of training", found="a difference of 0.25", next_step="compare them")

    monkeypatch.setattr("nightshift.release.test", differs)
    said = force(ask, *WORD)
    assert said.code == 2
    assert "a difference of 0.25" in said.err
    assert (ledger.entries("small"), store.pointed("small/serving")) == ([], None)


def test_a_night_without_a_challenger_cannot_be_forced(judged, ask):
    judge_again(decision="ABSTAIN", challenger=None, headline="no family could be judged")
    said = force(ask, *WORD)
    assert said.code == 2
    assert "expected a challenger to release; found none; ABSTAIN: no family could be judged" in said.err
    assert ledger.entries("small") == []


def test_a_night_is_named(judged, passes, ask):
    name = nights.last("small", "verdict").address.rsplit("/", 1)[-1]
    assert ask("promote", "--market", "small", "--night", name, "--who", "ann").code == 0
    assert ledger.live("small").kind == "promote"
    unknown = ask("promote", "--market", "small", "--night", name[:-1] + "x")
    assert unknown.code == 3
    assert name in unknown.err


def test_a_night_without_a_verdict_is_refused(judged, ask):
    night = nights.last("small", "verdict")
    verdict = store.path(night.stage("verdict"))
    verdict.rename(verdict.with_name("gone"))
    for words in ((), ("--night", night.address.rsplit("/", 1)[-1]), ("--force", *WORD)):
        said = ask("promote", "--market", "small", *words)
        assert said.code == 2
        assert f"expected a night with a verdict; found {night.address}" in said.err


def test_a_night_that_was_released_and_replaced_is_served_again_by_a_rollback(promoted, ask):
    live = ledger.live("small")
    later = live.model_dump(exclude={"previous_version", "at", "previous_hash", "hash"}) | {"version": "1.0.1", "night": "small/nights/b"}
    ledger.append(Change(**later), at=dt.datetime.fromisoformat(live.at), expected_live="1.0.0")
    said = force(ask, *WORD)
    assert said.code == 2
    assert "nightshift rollback --market small --to 1.0.0 serves it again" in said.err
