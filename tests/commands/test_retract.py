"""`retract` as a person types it, and what the other commands say then."""

import datetime as dt
import shutil

import pytest


@pytest.fixture
def here(released_market, monkeypatch):
    """The recorded market; the first load of what is served again is done in this process."""
    from nightshift.nouns.release import FirstLoad
    from nightshift.release import deployment, probe

    monkeypatch.setattr(deployment, "first_load", lambda release: FirstLoad.model_validate(probe.first_load(release)))
    return released_market


SAID = "on {today} by ada because wrong bars; served again instead: 1.0.0"
RETRACT = ("retract", "1.0.1", "--why", "wrong bars", "--who", "ada")


def words(said) -> str:
    """What was printed, however its lines were folded."""
    return " ".join(said.out.split())


@pytest.fixture
def said_of_it():
    return SAID.format(today=dt.datetime.now(dt.UTC).date())


def test_a_retraction_is_tried_done_and_told_everywhere(here, ask, said_of_it):
    tried = ask("retract", "1.0.1", "--why", "wrong bars", "--dry-run")
    assert (tried.code, tried.out) == (0, "1.0.1 would never serve again\ndemo would serve 1.0.0 again instead\nnothing was changed\n")
    done = ask(*RETRACT)
    assert (done.code, done.out.splitlines()[:2]) == (0, ["1.0.1 never serves again", "demo serves 1.0.0 again instead"])
    assert f"RETRACTED 1.0.1 {said_of_it}" in words(ask("status"))
    history = ask("history")
    assert f"1.0.1 was retracted {said_of_it}" in words(history)
    assert [line.split()[2] for line in history.out.splitlines() if line.endswith(("wrong bars", "1.0.1 was retracted: wrong bars"))] == [
        "retracted", "served",
    ]  # fmt: skip
    listed = ask("versions")
    assert f"1.0.1 was retracted {said_of_it}" in words(listed)
    assert "1.0.1 deprecated RETRACTED" in words(listed)
    assert f"retracted {said_of_it}" in words(ask("versions", "show", "1.0.1"))
    assert ask("versions", "--json").facts[0]["retracted"] == said_of_it
    said = ask("signals")
    assert said.code == 2
    assert "TAKEN BACK version 1.0.1, which gave them, was taken back (retract by ada: wrong bars)" in words(said)
    assert f"1.0.1, retracted by ada on {dt.datetime.now(dt.UTC).date()}" in ask("retract", "1.0.1", "--why", "again").err
    back = ask("rollback", "--to", "1.0.1")
    assert back.code != 0
    assert "retracted by ada: wrong bars" in back.err


def test_what_was_live_at_an_instant_says_by_whose_word_and_what_became_of_it(here, ask, said_of_it):
    before = dt.datetime.now(dt.UTC)
    ask(*RETRACT)
    then = ask("history", "--at", before.isoformat())
    assert words(then).startswith(
        f"demo served 1.0.1 at {before:%Y-%m-%d %H:%M} UTC, since 2026-12-01 06:02 UTC (forced in by ada: a trial)"
    )
    assert f"1.0.1 was retracted {said_of_it}" in words(then)
    assert words(ask("history", "--at", dt.datetime.now(dt.UTC).isoformat())).startswith("demo served 1.0.0 at ")


def test_where_the_one_before_is_damaged_nothing_is_served_and_every_command_says_so(here, ask):
    (here / "demo" / "releases" / "1.0.0" / "manifest.json").unlink()
    tried = ask(*RETRACT, "--dry-run")
    assert "demo would serve nothing" in words(tried)
    assert "1.0.0 would be passed over: it cannot take over from 1.0.1: no manifest.json" in words(tried)
    done = ask(*RETRACT)
    assert done.code == 0
    assert "demo serves nothing; its next night is judged as a first one" in words(done)
    assert "1.0.0 was passed over: it cannot take over from 1.0.1: no manifest.json" in words(done)
    assert "next nightshift run --market demo; or nightshift rollback --market demo --to VERSION" in words(done)
    status = ask("status")
    assert status.code == 0
    assert "because wrong bars; nothing was served instead" in words(status)
    assert "1.0.0 was passed over: it cannot take over" in words(status)
    assert "nothing of demo was live at" in ask("history", "--at", dt.datetime.now(dt.UTC).isoformat()).out
    previous = ask("rollback")
    assert previous.code == 2
    assert "name one with --to (1.0.0)" in previous.err
    assert "found no manifest.json" in ask("rollback", "--to", "1.0.0").err


def test_a_version_whose_folder_is_gone_is_known_by_name(here, ask):
    shutil.rmtree(here / "demo" / "releases" / "1.0.0")
    for dry in ((), ("--dry-run",)):
        back = ask("rollback", "--to", "1.0.0", *dry)
        assert back.code == 2
        assert "version 1.0.0 whole and able to answer; found no manifest.json" in back.err
    assert "1.0.1" in ask("status").out
    gone = ask("retract", "1.0.0", "--why", "wrong bars", "--who", "ada")
    assert (gone.code, gone.out.splitlines()[:2]) == (0, ["1.0.0 never serves again", "demo goes on to serve 1.0.1"])


def test_a_retraction_that_was_cut_off_is_finished_by_the_same_command(here, ask, monkeypatch, said_of_it):
    with monkeypatch.context() as killed:
        killed.setattr("nightshift.release.retraction.settling.settle", lambda name: None)
        ask(*RETRACT)
    planned = words(ask(*RETRACT, "--dry-run"))
    assert (
        f"1.0.1 was retracted {said_of_it}; what had not followed from it would be done now demo would serve 1.0.0 again instead" in planned
    )
    again = ask("retract", "1.0.1", "--why", "again", "--who", "ann")
    assert again.code == 0
    assert f"1.0.1 was retracted {said_of_it}; what had not followed from it is done now" in words(again)
    assert "demo serves 1.0.0 again instead" in words(again)
    assert ask("retract", "1.0.1", "--why", "again", "--who", "ann").code == 2


def test_signals_are_withdrawn_even_where_what_should_take_over_was_damaged_meanwhile(here, ask, monkeypatch):
    withdrawn = []
    monkeypatch.setattr("nightshift.release.publish", lambda market: withdrawn.append(market.market) or "")
    monkeypatch.setattr("nightshift.release.retraction.refuse_unless_whole", lambda entry: None)  # it was whole a moment ago
    (here / "demo" / "releases" / "1.0.0" / "manifest.json").unlink()
    said = ask(*RETRACT)
    assert said.code == 1
    assert "nightshift rollback --market demo --to VERSION serves another" in said.err
    assert withdrawn == ["demo"]
    assert not (here / "demo" / "serving").is_symlink()


def test_a_rollback_is_told_with_what_it_left(here, ask):
    done = ask("rollback", "--who", "ada", "--why", "it trades too much")
    assert (done.code, done.out.splitlines()[0]) == (0, "demo serves 1.0.0 again, in place of 1.0.1")
    status = words(ask("status"))
    assert "rollback from 1.0.1 on " in status
    assert "by ada because it trades too much; served again instead: 1.0.0" in status
    assert "served 1.0.0 at" in ask("history", "--at", dt.datetime.now(dt.UTC).isoformat()).out


def test_a_retraction_needs_its_reason_and_a_version_that_there_is(here, ask):
    assert ask("retract", "1.0.1").code == 3
    said = ask("retract", "1.0.7", "--why", "wrong bars")
    assert said.code == 3
    assert "1.0.1" in said.err
