"""A child that hangs, dies, forks or breaks: it is stopped on time, nothing of it stays, and its error keeps its type."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import psutil
import pytest

from nightshift import errors, isolation
from nightshift.errors import ConfigError, NightshiftError, TrainingFailed
from nightshift.running import heavy

TROUBLE = """
import json, os, signal, subprocess, sys, time
from pathlib import Path
from nightshift import errors

def noted(place):
    Path(place, f"{os.getpid()}.pid").touch()

def svd(place):
    import numpy as np
    noted(place)
    np.linalg.svd(np.random.default_rng(0).normal(size=(6000, 6000)))
    return {}

def family(place, then):
    noted(place)
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"])
    Path(place, f"{child.pid}.pid").touch()
    if then == "hang":
        signal.pause()
    if then == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return {"child": child.pid}

def fail(kind):
    raise getattr(errors, kind)(expected="tea", found="coffee", next_step="brew again")

def divide():
    return 1 // 0

def leave(status):
    os._exit(status)

def talk():
    print("first line", flush=True)
    print(json.dumps({"answer": {"said": "stdout"}}), flush=True)
    print("a word on stderr", file=sys.stderr, flush=True)
    return {"said": "file"}

def environment(night="", names=()):
    return {name: os.environ.get(name) for name in names}
"""


@pytest.fixture
def trouble(tmp_path, monkeypatch):
    (tmp_path / "trouble.py").write_text(TROUBLE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def alive(pid):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def pids(place):
    return [int(file.stem) for file in place.glob("*.pid")]


def until(condition, seconds=30.0):
    """Wait for something that has to come, however slow this machine is."""
    deadline = time.monotonic() + seconds
    never = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        never.wait(0.02)


def gone(place, seconds=30.0):
    until(lambda: not any(alive(pid) for pid in pids(place)), seconds)


def test_native_code_is_stopped_on_time(trouble):
    began = time.monotonic()
    with pytest.raises(TrainingFailed, match=r"expected trouble:svd within 3 s; found it was still running and was stopped"):
        isolation.call("trouble:svd", {"place": str(trouble)}, timeout_s=3)
    assert time.monotonic() - began < 3 + isolation.GRACE_S + 5
    assert pids(trouble), "it was in the middle of it"
    gone(trouble, 1)


@pytest.mark.parametrize("then", ["hang", "die", "answer"])
def test_nothing_of_its_process_group_stays_however_it_ends(trouble, then, monkeypatch):
    monkeypatch.setattr(isolation, "GRACE_S", 0.2)
    arguments = {"place": str(trouble), "then": then}
    if then == "answer":
        assert isolation.call("trouble:family", arguments, timeout_s=60)["child"] in pids(trouble)
    else:
        found = "still running" if then == "hang" else "its process was killed by SIGKILL; next: give it fewer rows or more memory"
        with pytest.raises(TrainingFailed, match=found):
            isolation.call("trouble:family", arguments, timeout_s=8 if then == "hang" else 60)
    assert len(pids(trouble)) == 2
    gone(trouble, 2)


def test_a_dead_parent_takes_the_child_and_its_children_along(trouble):
    code = f"from nightshift import isolation; isolation.call('trouble:family', {{'place': {str(trouble)!r}, 'then': 'hang'}})"
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        until(lambda: len(pids(trouble)) == 2, 60)
        assert all(alive(pid) for pid in pids(trouble))
    finally:
        parent.kill()
        parent.wait()
    gone(trouble, 10)


def test_an_alarm_in_the_parent_ends_the_child(trouble):
    """What Airflow's execution_timeout does."""

    class Alarm(Exception):
        pass

    def ring(*_):
        raise Alarm

    def when_it_is_in_the_middle_of_it():
        until(lambda: pids(trouble), 60)
        os.kill(os.getpid(), signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, ring)
    watching = threading.Thread(target=when_it_is_in_the_middle_of_it)
    watching.start()
    try:
        with pytest.raises(Alarm):
            isolation.call("trouble:svd", {"place": str(trouble)})
    finally:
        watching.join()
        signal.signal(signal.SIGALRM, before)
    gone(trouble, 1)


KINDS = sorted(name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, NightshiftError))


@pytest.mark.parametrize("kind", KINDS[:3])
def test_an_error_keeps_its_type_and_its_three_parts(trouble, kind):
    with pytest.raises(NightshiftError) as raised:
        isolation.call("trouble:fail", {"kind": kind})
    assert type(raised.value) is getattr(errors, kind)
    assert (raised.value.expected, raised.value.found, raised.value.next_step) == ("tea", "coffee", "brew again")


def test_every_error_type_can_be_rebuilt():
    for kind in KINDS:
        with pytest.raises(getattr(errors, kind)):
            isolation.answer_of("x", {"error": {"type": kind, "expected": "a", "found": "b", "next_step": "c"}})


def test_a_defect_is_named_with_its_traceback_passed_on(trouble, capsys):
    with pytest.raises(NightshiftError, match=r"expected trouble:divide to finish; found ZeroDivisionError") as raised:
        isolation.call("trouble:divide", {})
    assert type(raised.value) is NightshiftError, "a defect never looks like a family that cannot be fitted"
    assert "Traceback" in capsys.readouterr().err


def test_a_child_that_leaves_without_a_word_is_an_error(trouble):
    with pytest.raises(TrainingFailed, match="it ended with exit code 7 and no answer"):
        isolation.call("trouble:leave", {"status": 7})


def test_output_is_passed_on_and_never_taken_for_the_answer(trouble, capsys):
    assert isolation.call("trouble:talk", {}) == {"said": "file"}
    assert capsys.readouterr().err.splitlines() == ["first line", '{"answer": {"said": "stdout"}}', "a word on stderr"]


def test_waiting_threads_sleep_and_the_environment_is_kept(trouble, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_TEST_WORD", "kept")
    found = isolation.call("trouble:environment", {"names": ["OMP_WAIT_POLICY", "NIGHTSHIFT_TEST_WORD"]})
    assert found == {"OMP_WAIT_POLICY": "PASSIVE", "NIGHTSHIFT_TEST_WORD": "kept"}


def test_no_descriptor_and_no_temporary_folder_is_left(trouble, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    before = len(os.listdir("/proc/self/fd"))
    isolation.call("trouble:talk", {})
    assert len(os.listdir("/proc/self/fd")) == before
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.parametrize("how", ["docker", "kubernetes", "elsewhere"])
def test_containers_are_the_dags_work(how):
    with pytest.raises(ConfigError, match=rf"`here` or `process` outside of a DAG; found '{how}'"):
        heavy.run("train", {"kept": "x", "family": "mean"}, how=how)


@pytest.mark.parametrize("how", ["here", "process"])
def test_an_unknown_stage_is_refused_with_a_suggestion(how):
    with pytest.raises(ConfigError, match=r"found 'trian'; next: did you mean 'train'"):
        heavy.run("trian", {}, how=how)


def test_a_stage_runs_from_a_shell_as_a_container_runs_it(tmp_path, nightshift_home):
    command = [sys.executable, "-m", "nightshift.running.step", "preflight", "--result", str(tmp_path / "answer.json")]
    arguments = '{"market": "demmo", "as_of": "2026-11-19"}'
    done = subprocess.run([*command, "--arguments", arguments], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == errors.EXIT_CONFIGURATION
    assert "did you mean 'demo'" in (tmp_path / "answer.json").read_text()
    assert textwrap.dedent(done.stderr).startswith("expected a known market; found 'demmo'")
