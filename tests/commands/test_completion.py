"""Completion in the shell: commands, flags, and names as far as they are cheap."""

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


def completed(words, monkeypatch):
    """What the shell is told when the last word is still being typed."""
    monkeypatch.setenv("_NIGHTSHIFT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", " ".join(["nightshift", *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    answered = subprocess.run([sys.executable, "-m", "nightshift.commands.cli"], capture_output=True, text=True, check=False)
    assert answered.stderr == ""
    return [line.partition(",")[2] for line in answered.stdout.split()]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (["ru"], ["run", "runs"]),
        (["tune", "--fam"], ["--family"]),
        (["run", "--market", "sm"], ["small"]),
        (["tune", "--market", "small", "--family", "l"], ["logistic"]),
        (["tune", "--strategy", "g"], ["grid", "gp"]),
        (["rollback", "--market", "small", "--to", ""], ["previous", "1.0.0"]),
        (["evaluate", "--market", "small", "--release", "1"], ["1.0.0"]),
        (["completion", "z"], ["zsh"]),
        (["tune", "--market", "nowhere", "--family", "l"], []),
    ],
)
def test_names_are_completed(typed, known, promoted, monkeypatch):
    assert completed(typed, monkeypatch) == known


def test_the_second_of_several_names_is_completed_too(empty, monkeypatch):
    family = ["run", "--market", "small", "--families"]
    assert completed([*family, "l"], monkeypatch) == ["logistic", "lightgbm"]
    assert completed([*family, "logistic,l"], monkeypatch) == ["logistic,lightgbm"]


def test_nights_are_completed(promoted, monkeypatch):
    there = [folder.name for folder in (promoted / "small" / "nights").iterdir()]
    assert completed(["report", "--market", "small", "2026"], monkeypatch) == there
    assert completed(["compare", "--market", "small", there[0], "2026"], monkeypatch) == there


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(shell, ask):
    said = ask("completion", shell)
    assert said.code == 0
    assert f"_NIGHTSHIFT_COMPLETE={shell}_complete" in said.out


def test_a_real_bash_completes():
    script = """
        eval "$(nightshift completion bash)"
        COMP_WORDS=(nightshift ro) COMP_CWORD=1
        _nightshift_completion nightshift
        echo "${COMPREPLY[@]}"
    """
    command = ["bash", "-c", f"PATH={BIN}:$PATH\n{script}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "rollback\n"
