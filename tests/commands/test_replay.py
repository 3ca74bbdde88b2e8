"""A past night is made again: nothing that is kept moves, equal is equal in every byte, and what differs is named."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from nightshift.config import load_market
from nightshift.data import columns
from nightshift.errors import ConfigError, NotRepeatable
from nightshift.models import FAMILIES
from nightshift.nouns.night_record import NightRecord
from nightshift.nouns.replay_record import Repeated, ReplayRecord
from nightshift.nouns.scores import Scores
from nightshift.nouns.verdict_record import Verdict
from nightshift.running import replay, stages
from nightshift.running.replay import comparing, then
from nightshift.storage import addresses, ledger, ledger_file, ledger_then, store
from nightshift.storage.night import night_of

AT = dt.datetime(2026, 11, 28, 18, tzinfo=dt.UTC)


def the_night():
    return night_of(addresses.opened_nights("small")[0])


def files_in(home):
    return {file.relative_to(home): file.stat().st_mtime_ns for file in home.rglob("*") if file.is_file() and "replays" not in file.parts}


def test_a_promoted_night_comes_out_the_same_in_every_byte_and_nothing_else_moves(promoted, ask):
    before, live = files_in(promoted), ledger.live("small")
    said = ask("replay", "--market", "small", "--json")
    assert said.code == 0
    assert said.facts["outcome"] == "bit for bit"
    assert [part["what"] for part in said.facts["repeated"]] == ["clean bars", "columns", "logistic", "verdict"]
    assert files_in(promoted) == before
    assert ledger.live("small") == live
    assert not list(promoted.rglob(".tmp-*"))


# A replay goes from the night's own record, in which its trials are; in every run each strategy of a search repeats itself.
@pytest.mark.slow
def test_a_searched_night_comes_out_the_same_in_every_byte(empty, ask):
    assert ask("gate", "--market", "small", "--as-of", "2026-11-19", "--trials", "1", "--families", "logistic", "--quiet").code == 0
    said = ask("replay", "--market", "small", "--json")
    assert said.code == 0
    assert said.facts["outcome"] == "bit for bit"


@pytest.fixture
def again(judged, tmp_path):
    """The night, and a copy of its home as a replay would have left it."""
    copy = tmp_path / "again"
    shutil.copytree(judged, copy, symlinks=True)
    return the_night(), copy


def by_name(repeated):
    return {part.what: part for part in repeated}


def test_other_bytes_that_say_nearly_the_same_are_measured_against_what_the_family_declares(again, monkeypatch):
    night, home = again
    folder = home / night.stage("models", "logistic")
    scores = Scores.read(folder, columns.load_panel(night.columns))
    replace(scores, score=scores.score + np.linspace(0, 1e-6, len(scores.score))).write(folder)
    for allowed, outcome in ((0.0, "differs"), (1e-5, "within tolerance")):
        monkeypatch.setitem(FAMILIES, "logistic", replace(FAMILIES["logistic"], replays_within=allowed))
        part = by_name(comparing.compare(night, home))["logistic"]
        assert part.outcome == outcome
        assert part.difference == pytest.approx(1e-6, rel=0.01)
        assert part.allowed == allowed


def test_a_model_file_with_a_date_in_it_gives_the_same_answers(again):
    night, home = again
    (home / night.stage("models", "logistic") / "model" / "dated.txt").write_text("a file that holds its date")
    parts = by_name(comparing.compare(night, home))
    assert (parts["logistic"].outcome, parts["logistic"].difference) == ("same answers", 0.0)
    assert parts["verdict"].outcome == "bit for bit"


def test_rows_that_were_not_answered_are_another_answer(again):
    night, home = again
    folder = home / night.stage("models", "logistic")
    Scores.read(folder, columns.load_panel(night.columns)).last_sessions(3).write(folder)
    assert by_name(comparing.compare(night, home))["logistic"].note == "other rows were answered"


def test_another_verdict_with_the_same_models_is_named(again):
    night, home = again
    folder = home / night.stage("verdict")
    was = Verdict.read(folder)
    was.model_copy(update={"decision": "ABSTAIN"}).write(folder)
    assert by_name(comparing.compare(night, home))["verdict"].note == "ABSTAIN of logistic where it was PROMOTE of logistic"
    moved = [was.checks[0].model_copy(update={"value": was.checks[0].value + 0.5}), *was.checks[1:]]
    was.model_copy(update={"checks": tuple(moved)}).write(folder)
    part = by_name(comparing.compare(night, home))["verdict"]
    assert (part.outcome, part.difference) == ("differs", pytest.approx(0.5))


def test_bars_that_are_missing_or_other_are_named(again):
    night, home = again
    (home / night.stage("check") / "bars.parquet").write_bytes(b"other")
    part = by_name(comparing.compare(night, home))["clean bars"]
    assert (part.outcome, part.note) == ("differs", "other bytes in bars.parquet")


def test_a_weekly_replay_that_differs_is_an_error_that_says_what(judged):
    same = Repeated(what="columns", outcome="bit for bit")
    other = Repeated(what="logistic", outcome="differs", note="other rows were answered")
    record = ReplayRecord(night="small/nights/x", at=AT.isoformat(), code=then.AS_INSTALLED, seconds=1.0, repeated=(same, other))
    where = store.write(addresses.replay("small", "x"), record.write)
    with pytest.raises(NotRepeatable, match="logistic: other rows were answered"):
        replay.refuse_unless_it_holds(where)


def test_the_lot_is_the_day_s_and_a_market_without_a_night_has_none(judged, ask):
    assert replay.drawn("small", AT.date()).address == replay.drawn("small", AT.date()).address == the_night().address
    assert replay.drawn("elsewhere", AT.date()) is None
    shutil.rmtree(judged / "small" / "nights")
    assert stages.replay("small", AT.isoformat()) == ""
    assert ask("replay", "--market", "small", "--random").code == 3


def test_a_night_that_was_never_judged_or_lost_its_snapshot_is_refused_in_words(judged):
    night = the_night()
    shutil.move(judged / night.snapshot, judged / "away")
    with pytest.raises(ConfigError, match="it was cleaned away"):
        replay.replay(night, AT)
    shutil.rmtree(judged / night.stage("verdict"))
    with pytest.raises(ConfigError, match="has no verdict"):
        replay.replay(night, AT)


def test_the_ledger_then_is_the_beginning_of_the_chain(promoted, tmp_path):
    night = the_night()
    every = ledger_file.read(ledger.file())
    before = ledger_then.before(ledger.file(), night.address, otherwise=AT)
    assert [row["kind"] for row in every] == ["look", "promote"]
    assert before == []  # this night's own look was the first entry
    ledger_then.copy(every[:1], tmp_path / "then.sqlite")
    assert list(ledger_file.whole(tmp_path / "then.sqlite")) == every[:1]
    assert ledger_then.before(ledger.file(), "small/nights/none", otherwise=dt.datetime.max.replace(tzinfo=dt.UTC)) == every


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with a library of one file in it, as the project."""
    package = tmp_path / "project" / "include" / "nightshift"
    package.mkdir(parents=True)
    (package / "code.py").write_text("ANSWER = 42\n")

    def git(*words):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        command = ("git", *who, "-C", str(tmp_path / "project"), *words)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    monkeypatch.setattr(then, "PROJECT", tmp_path / "project")
    monkeypatch.setattr(then.fingerprints, "PACKAGE", package)
    return git("rev-parse", "HEAD"), then.fingerprints.library_in(package), package


def opened_with(night, monkeypatch, **changed):
    """The night, of other code than is installed, and with these facts in its record."""
    record = night.read(NightRecord, "night").model_copy(update=changed)
    monkeypatch.setattr(type(night), "read", lambda self, kind, *name: record)
    monkeypatch.setattr(then, "is_of_this_code", lambda night: False)
    return night


def test_the_code_of_then_is_taken_from_its_commit(judged, repository, tmp_path, monkeypatch):
    commit, sha, package = repository
    (package / "code.py").write_text("ANSWER = 43\n")
    night = opened_with(the_night(), monkeypatch, git_commit=commit, code=sha, lock_sha256=then.provenance.lock_sha256())
    code = then.code_of(night, tmp_path / "scratch")
    assert code.name == commit
    assert (code.place / "nightshift" / "code.py").read_text() == "ANSWER = 42\n"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"git_commit": None}, "no commit was written down"),
        ({"lock_sha256": "other"}, "other libraries in the lock"),
        ({"code": "other"}, "files that differed from its commit"),
        ({"git_commit": "f" * 40}, "git fetch"),
    ],
)
def test_code_that_cannot_be_had_is_refused_with_a_next_step(judged, repository, tmp_path, monkeypatch, changed, said):
    commit, sha, _ = repository
    same = {"git_commit": commit, "code": sha, "lock_sha256": then.provenance.lock_sha256()}
    night = opened_with(the_night(), monkeypatch, **same | changed)
    with pytest.raises(ConfigError, match=said):
        then.code_of(night, tmp_path / "scratch")


def test_a_market_says_when_its_replays_are(small_market, tmp_path, monkeypatch):
    small_market(tmp_path, families=[{"name": "logistic"}], schedule={"replay_cron": "0 1 * * 0"})
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    assert load_market("small").schedule.replay_cron == "0 1 * * 0"
