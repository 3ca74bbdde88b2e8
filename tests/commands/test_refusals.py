"""What cannot be meant is refused at the command line, before anything runs, and says what was meant."""

import re

import pytest


def nights(home):
    return list((home / "small" / "nights").glob("*")) if (home / "small" / "nights").is_dir() else []


@pytest.mark.parametrize("command", ["run", "train", "gate", "evaluate", "tune", "suite"])
def test_fewer_trials_than_none_are_refused_before_anything_runs(command, empty, ask):
    said = ask(command, "--market", "small", "--trials", "-3")
    assert said.code == 3
    assert "-3" in said.err
    assert nights(empty) == []


@pytest.mark.parametrize("command", ["tune", "suite"])
def test_an_unknown_strategy_is_refused_before_anything_runs(command, empty, ask):
    said = ask(command, "--market", "small", "--strategy", "rendom")
    assert said.code == 3
    assert "did you mean 'random'" in said.err
    assert nights(empty) == []


@pytest.mark.parametrize("minutes", ["0", "-1"])
def test_no_time_at_all_is_refused(minutes, empty, ask):
    assert ask("tune", "--market", "small", "--timeout", minutes).code == 3
    assert nights(empty) == []


@pytest.mark.parametrize(
    "words",
    [
        ["ingest", "--from", "yesterday"],
        ["evaluate", "--release", "1.0.0", "--from", "yesterday"],
        ["evaluate", "--release", "1.0.0", "--to", "2026-13-01"],
        ["history", "--at", "yesterday"],
        ["status", "--as-of", "yesterday"],
    ],
)
def test_a_day_that_is_none_is_refused_by_the_name_of_its_flag(words, promoted, ask):
    said = ask(*words, "--market", "small")
    assert said.code == 3
    assert words[-2] in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("command", ["ingest", "rollback", "promote", "run"])
def test_a_dry_run_refuses_an_unknown_market_too(command, empty, ask):
    said = ask(command, "--dry-run", "--market", "smal")
    assert said.code == 3
    assert "did you mean 'small'" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "--from", "2026-09-01"],
        ["evaluate", "--to", "2026-09-01"],
        ["evaluate", "--release", "1.0.0", "--families", "logistic"],
        ["evaluate", "--release", "1.0.0", "--trials", "3"],
        ["evaluate", "--release", "1.0.0", "--incremental"],
        ["history", "--at", "2026-11-19", "--last"],
        ["history", "--at", "2026-11-19", "--timing"],
    ],
)
def test_flags_that_mean_nothing_together_are_refused(words, promoted, ask):
    said = ask(*words, "--market", "small")
    assert said.code == 3
    assert {word for word in words if word.startswith("--")} & set(re.findall(r"--[a-z]+", said.err))
    assert len(nights(promoted)) == 1
