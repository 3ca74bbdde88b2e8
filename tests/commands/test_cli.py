"""The command line: quick to start, plain answers, the promised exit codes."""

import copy
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nightshift.commands import cli
from nightshift.errors import ConfigError, NightshiftError, SourceUnreachable
from nightshift.nouns.options import Options
from nightshift.running import stages

NIGHTSHIFT = Path(sys.executable).with_name("nightshift")
HEAVY = ("numpy", "pandas", "pydantic", "yaml", "mlflow", "sklearn", "tensorflow", "airflow", "pyarrow", "optuna")


def test_help_starts_without_a_heavy_library():
    code = (
        "import sys; from nightshift.commands.cli import main; main(['--help']); main(['tune', '--help']);"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()[-1] == "[]"


def test_the_help_is_there_within_half_a_second():
    took = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([NIGHTSHIFT, "--help"], capture_output=True, check=True)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.5


def test_the_help_names_every_command_and_the_exit_codes(ask):
    shown = ask("--help")
    assert shown.code == 0
    assert all(f"\n  {command.name} " in shown.out for command in cli.COMMANDS)
    assert "Exit codes: 0 success, 1 training failed, 2 validation failed (a refusal), 3 configuration error." in " ".join(
        shown.out.split()
    )


@pytest.mark.parametrize("wrong", [["runn"], ["run", "--markt", "demo"], ["tune", "--trials", "many"], ["completion"]])
def test_a_wrong_command_line_is_a_configuration_error(wrong, ask):
    said = ask(*wrong)
    assert said.code == 3
    assert "next: nightshift" in said.err
    assert said.out == ""


def test_nothing_asked_is_answered_with_the_help(ask):
    said = ask()
    assert said.code == 3
    assert said.err.startswith("Usage: nightshift")


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [(["runn"], "run"), (["rolback"], "rollback"), (["run", "--markt", "demo"], "--market"), (["tune", "--familly", "x"], "--family")],
)
def test_what_is_misspelt_is_answered_with_what_was_meant(wrong, meant, ask):
    said = ask(*wrong)
    assert "Did you mean" in said.err
    assert f"'{meant}'" in said.err


def test_errors_are_json_too(ask):
    assert ask("run", "--market", "demoo", "--json").facts["error"] == "ConfigError"
    assert ask("run", "--markt", "demoo", "--json").facts["error"] == "NoSuchOption"


def test_status_before_the_first_night(empty, ask):
    said = ask("status", "--json")
    assert said.code == 0
    assert [(row["market"], row["version"], row["last_verdict"]) for row in said.facts] == [("small", None, "no night yet")]


def test_asking_for_the_last_night_before_the_first(empty, ask):
    said = ask("history", "--last", "--market", "small")
    assert said.code == 3
    assert "nightshift run --market small" in said.err


def test_a_search_after_a_night_does_not_hide_the_night(judged, ask):
    before = ask("history", "--market", "small", "--last").out
    stages.extract("small", "2026-11-19T23:00:00+00:00", Options(trials=2).model_dump(mode="json"))
    assert "UNFINISHED" in ask("history", "--market", "small").out
    assert ask("history", "--market", "small", "--last").out == before
    assert ask("status", "--market", "small", "--json").facts[0]["last_verdict"] == "PROMOTE"


def test_a_damaged_release_is_told_beside_what_is_whole(promoted, ask):
    model = next(file for file in (promoted / "small" / "releases" / "1.0.0" / "model").iterdir() if file.is_file())
    model.chmod(0o644)
    model.write_bytes(model.read_bytes() + b"x")
    said = ask("status")
    assert said.code == 1
    assert "1.0.0 DAMAGED" in said.out
    assert model.name in said.out


def test_an_error_survives_a_process_boundary():
    said = SourceUnreachable(expected="a", found="b", next_step="c")
    again = copy.copy(said)
    assert (type(again), str(again)) == (SourceUnreachable, str(said))
    assert isinstance(again, NightshiftError)
    assert ConfigError(expected="a", found="b", next_step="c").exit_code == 3


def test_progress_is_told_unless_quiet_and_never_on_standard_output(promoted, ask):
    told, quiet, facts = (ask("promote", "--market", "small", *more) for more in ((), ("--quiet",), ("--json",)))
    assert told.err.startswith("stage ")
    assert told.out == quiet.out
    assert quiet.err == facts.err == ""
    assert facts.facts["version"] == "1.0.0"
