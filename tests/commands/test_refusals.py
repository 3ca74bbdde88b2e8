"""What cannot be meant is refused at the command line, before anything runs, and says what was meant."""

import re

import pytest
import yaml


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


@pytest.mark.parametrize("reason", ["", "  "])
@pytest.mark.parametrize("command", ["run", "train", "gate"])
def test_a_forced_night_without_a_reason_is_refused_and_does_not_run_unforced(command, reason, empty, ask):
    said = ask(command, "--market", "small", "--force", reason, "--as-of", "2026-11-19")
    assert said.code == 3
    assert f"expected a reason behind --force; found {reason!r}" in said.err
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


LEAD = {"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0}
POLICIES = [
    ([LEAD, {"metric": "accuracy", "must_be": "at_least", "limit": 60}], "did you mean 0.6?"),
    ([LEAD, {"metric": "accuracy", "must_be": "at_least", "limit": True}], "YAML reads yes"),
    ([LEAD, {"metric": "accuracy", "must_be": "at_least"}], "say the limit, it is never guessed"),
    ([LEAD, {"metric": "rmse", "must_be": "at_most", "limit": 0.1}], "a metric of a regression"),
    ([], "add the line `- {metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}`"),
]


def _write_policy(gates, place):
    file = place / "markets" / "small.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | {"gates": gates}))


@pytest.mark.parametrize(("gates", "meant"), POLICIES)
def test_a_policy_that_cannot_be_meant_stops_the_night_and_is_told_by_the_doctor(gates, meant, empty, ask):
    _write_policy(gates, empty.parent)
    for words in (["run"], ["run", "--dry-run"]):
        said = ask(*words, "--market", "small", "--as-of", "2026-11-19")
        assert said.code == 3
        assert meant in said.err
        assert "Traceback" not in said.err
    told = ask("doctor", "--market", "small")
    assert told.code == 3
    assert meant in " ".join(told.out.split())
    assert nights(empty) == []


@pytest.mark.parametrize("command", ["status", "history", "report", "runs", "rollback"])
def test_what_reads_or_rolls_back_does_not_wait_for_a_better_policy(command, promoted, ask):
    """What is served stays in the operator's hands while a slip in the file is mended."""
    before = ask(command, "--market", "small", *(["--dry-run"] if command == "rollback" else []))
    _write_policy([], promoted.parent)
    after = ask(command, "--market", "small", *(["--dry-run"] if command == "rollback" else []))
    assert (after.code, after.err) == (before.code, before.err)
    assert "no gates means no release" not in after.err


@pytest.mark.parametrize("command", ["run", "train", "gate", "evaluate", "tune", "suite"])
def test_an_instant_to_come_is_refused_before_anything_runs(command, empty, ask):
    """Nobody knows the bars of 2127: what was released as of then would stand in the way of every night until then."""
    said = ask(command, "--market", "small", "--as-of", "2127-06-01")
    assert said.code == 3
    assert "expected --as-of not after now" in said.err
    assert "found 2127-06-01 23:59 UTC" in said.err
    assert nights(empty) == []
