"""The command line: quick to start, plain answers, the promised exit codes."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nightshift import cli
from nightshift.errors import ConfigError, NightshiftError, SourceUnreachable

NIGHTSHIFT = Path(sys.executable).with_name("nightshift")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))


def test_help_starts_without_a_heavy_library():
    code = (
        "import sys; from nightshift import cli; cli.parser().format_help();"
        "print([m for m in ('numpy','pandas','pydantic','mlflow','sklearn','tensorflow','airflow','pyarrow') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_explains_itself(command):
    shown = subprocess.run([NIGHTSHIFT, command, "--help"], capture_output=True, text=True, check=True).stdout
    assert all(flag in shown for flag in ("--market", "--as-of", "--dry-run", "--json"))


@pytest.mark.parametrize("wrong", [["runn"], ["run", "--markt", "demo"], [], ["tune", "--trials", "many"]])
def test_a_wrong_command_line_is_a_configuration_error(wrong, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(wrong)
    assert stopped.value.code == 3
    assert "next: nightshift" in capsys.readouterr().err


@pytest.mark.parametrize("command", sorted(set(cli.COMMANDS) - {"doctor"}))
def test_an_unknown_market_is_exit_code_3_with_a_suggestion(command, capsys):
    assert cli.main([command, "--market", "demoo"]) == 3
    assert "did you mean 'demo'" in capsys.readouterr().err


def test_errors_are_json_too(capsys):
    assert cli.main(["run", "--market", "demoo", "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"] == "ConfigError"


def test_status_before_the_first_night(capsys):
    assert cli.main(["status", "--json"]) == 0
    facts = {row["market"]: row for row in json.loads(capsys.readouterr().out)}
    assert facts["demo"]["version"] is None
    assert facts["demo"]["last_verdict"] == "no night yet"


def test_asking_for_the_last_night_before_the_first(capsys):
    assert cli.main(["history", "--last"]) == 3
    assert "nightshift run --market demo" in capsys.readouterr().err


def test_an_error_survives_a_process_boundary():
    import copy

    said = SourceUnreachable(expected="a", found="b", next_step="c")
    again = copy.copy(said)
    assert (type(again), str(again)) == (SourceUnreachable, str(said))
    assert isinstance(again, NightshiftError)
    assert ConfigError(expected="a", found="b", next_step="c").exit_code == 3


def test_the_help_is_there_within_half_a_second():
    took = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([NIGHTSHIFT, "--help"], capture_output=True, check=True)
        took.append(time.perf_counter() - started)
    assert min(took) < 0.5
