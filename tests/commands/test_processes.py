"""The command line as a process: how it is started, a reader that goes away, Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

NIGHTSHIFT = Path(sys.executable).with_name("nightshift")
MODULE = (sys.executable, "-m", "nightshift.commands.cli")


@pytest.mark.parametrize("how", [MODULE, (str(NIGHTSHIFT),)], ids=["module", "script"])
def test_every_way_to_start_it_is_the_same(how):
    shown = subprocess.run([*how, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("nightshift 0.")


def into_a_closed_pipe(*words):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run([*MODULE, *words], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)


def test_a_reader_that_goes_away_changes_nothing(promoted):
    said = into_a_closed_pipe("history", "--market", "small")
    assert (said.returncode, said.stderr) == (0, "")
    (promoted / "small" / "serving").resolve().joinpath("manifest.json").unlink()
    said = into_a_closed_pipe("doctor", "--market", "small")
    assert (said.returncode, said.stderr) == (3, "")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], ["completion", "zsh"]])
def test_help_into_a_closed_pipe_leaves_no_traceback(words):
    assert into_a_closed_pipe(*words).stderr == ""


def test_ctrl_c_is_exit_code_130_and_one_line(empty):
    asked = [*MODULE, "run", "--market", "small", "--as-of", "2026-11-19"]
    with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) as night:
        assert night.stderr.readline().startswith("preflight")
        night.send_signal(signal.SIGINT)
        rest = night.stderr.read()
    assert night.returncode == 130
    assert "the same command goes on from there" in rest
    assert "Traceback" not in rest
