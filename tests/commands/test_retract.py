"""`retract` as a person types it, and what the other commands say then."""

import pytest


@pytest.fixture
def here(released_market, monkeypatch):
    """The recorded market; the first load of what is served again is done in this process."""
    from nightshift.nouns.release import FirstLoad
    from nightshift.release import deployment, probe

    monkeypatch.setattr(deployment, "first_load", lambda release: FirstLoad.model_validate(probe.first_load(release)))
    return released_market


def test_a_retraction_is_tried_done_and_told_everywhere(here, ask):
    tried = ask("retract", "1.0.1", "--why", "wrong bars", "--dry-run")
    assert (tried.code, tried.out) == (0, "1.0.1 would never serve again; demo would serve 1.0.0; nothing was changed\n")
    done = ask("retract", "1.0.1", "--why", "wrong bars", "--who", "ada")
    assert (done.code, done.out.splitlines()[:2]) == (0, ["1.0.1 never serves again", "demo serves 1.0.0"])
    assert "1.0.0" in ask("status").out
    assert "retract" in ask("history").out
    said = ask("signals")
    assert said.code == 2
    assert "TAKEN BACK" in said.out + said.err
    assert "1.0.1, retracted by ada at" in ask("retract", "1.0.1", "--why", "again").err
    back = ask("rollback", "--to", "1.0.1")
    assert back.code != 0
    assert "retracted by ada: wrong bars" in back.err


def test_a_retraction_needs_its_reason_and_a_version_that_there_is(here, ask):
    assert ask("retract", "1.0.1").code == 3
    said = ask("retract", "1.0.7", "--why", "wrong bars")
    assert said.code == 3
    assert "1.0.1" in said.err
