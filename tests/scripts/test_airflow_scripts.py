"""The scripts behind `make run` and `make up`: settings honoured, homes apart, nothing left running."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPTS = PROJECT / "scripts"


def test_the_settings_file_is_understood():
    from apply_settings import connections, pools, read

    facts = read(PROJECT / "airflow_settings.yaml")
    assert connections(facts)["smtp_default"]["port"] == 1025
    assert connections(facts)["smtp_default"]["conn_type"] == "smtp"
    assert pools(facts)["training"]["slots"] == 1


def test_empty_template_lines_are_skipped(tmp_path):
    from apply_settings import connections, pools, read, variables

    file = tmp_path / "airflow_settings.yaml"
    file.write_text(
        "airflow:\n  connections:\n    - conn_id:\n      conn_type:\n  pools:\n    - pool_name:\n  variables:\n    - variable_name:\n"
    )
    facts = read(file)
    assert (connections(facts), pools(facts), variables(facts)) == ({}, {}, {})
    assert read(tmp_path / "none.yaml") == {}


def test_a_misspelt_kind_is_named(tmp_path):
    from apply_settings import read

    file = tmp_path / "airflow_settings.yaml"
    file.write_text("airflow:\n  connexions: []\n")
    with pytest.raises(SystemExit, match="connexions"):
        read(file)


def test_airflow_lives_inside_the_project_and_on_this_machine_only(monkeypatch, tmp_path):
    from airflow_here import environment, home

    monkeypatch.setenv("NIGHTSHIFT_AIRFLOW", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_HOME", "/somebody/elses")
    for name in list(os.environ):
        if name.startswith("AIRFLOW__"):
            monkeypatch.delenv(name)
    assert home("test") != home("up")
    environ = environment(home("up"), 8123)
    assert environ["AIRFLOW_HOME"] == str(tmp_path / "up")
    assert environ["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8123/execution/"


def test_connections_reach_dags_test_through_the_environment():
    from airflow_here import connections_as_environment

    given = connections_as_environment(
        {"connections": [{"conn_id": "smtp_default", "conn_type": "smtp", "conn_host": "h", "conn_port": 25}]}
    )
    assert json.loads(given["AIRFLOW_CONN_SMTP_DEFAULT"]) == {"conn_type": "smtp", "host": "h", "port": 25}


def test_stop_leaves_nobody_not_even_those_in_sessions_of_their_own(monkeypatch):
    import up

    monkeypatch.setattr(up, "_GRACE_S", 1)
    grandchild = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    child = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {grandchild!r}], start_new_session=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", child], start_new_session=True)
    deadline = time.monotonic() + 30
    while not (family := psutil.Process(parent.pid).children(recursive=True)) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)  # the grandchild sets its signal handler
    up.stop([parent.pid])
    assert family
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family)
    parent.wait()


@pytest.mark.parametrize("name", ["NIGHTSHIFT_PORT", "NIGHTSHIFT_MLFLOW_PORT"])
def test_a_taken_port_is_refused_with_the_way_out(name, monkeypatch, tmp_path):
    import up

    monkeypatch.setenv("NIGHTSHIFT_AIRFLOW", str(tmp_path))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with socket.socket() as taken, socket.socket() as free:
        for one in (taken, free):
            one.bind(("127.0.0.1", 0))
        taken.listen()
        port, other = taken.getsockname()[1], free.getsockname()[1]
        free.close()
        asked = {"NIGHTSHIFT_PORT": other, "NIGHTSHIFT_MLFLOW_PORT": other, name: port}
        monkeypatch.setenv("NIGHTSHIFT_MLFLOW_PORT", str(asked["NIGHTSHIFT_MLFLOW_PORT"]))
        with pytest.raises(SystemExit, match=f"expected port {port} .* found it taken; next: {name}="):
            up.main(asked["NIGHTSHIFT_PORT"])
    assert list(tmp_path.iterdir()) == [], "before anything was started or written"


def test_mlflows_page_is_on_this_machine_only_and_a_server_of_ones_own_is_not_doubled(tmp_path):
    import mlflow_page

    words = mlflow_page.command(5010, tmp_path)
    assert words[words.index("--host") + 1] == "127.0.0.1"
    assert f"sqlite:///{tmp_path}/mlflow.db" in words
    assert (mlflow_page.port({}), mlflow_page.port({"NIGHTSHIFT_MLFLOW_PORT": "5010"})) == (5000, 5010)
    own = {"MLFLOW_TRACKING_URI": "http://ada:hunter2@mlflow:5000"}
    assert (mlflow_page.port(own), mlflow_page.said(own)) == (None, "mlflow:5000")


@pytest.mark.slow
def test_mlflows_page_comes_up_over_a_home_and_goes_with_its_pid(tmp_path):
    import mlflow_page
    import up

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tmp_path / "log").open("w") as log:
        page = mlflow_page.start(port, {**os.environ, "NIGHTSHIFT_HOME": str(tmp_path / "home")}, log)
    try:
        until = time.monotonic() + 120
        while not mlflow_page.answers(port) and time.monotonic() < until:
            assert page.poll() is None, (tmp_path / "log").read_text()[-2000:]
            time.sleep(0.2)
        assert mlflow_page.answers(port)
    finally:
        up.stop([page.pid])
    assert not mlflow_page.answers(port)
    assert page.wait(5) is not None


def test_an_unknown_market_is_refused_before_anything_starts():
    environ = {**os.environ, "MARKET": "dmeo"}
    told = subprocess.run(
        [sys.executable, str(SCRIPTS / "first_night.py")], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 3
    assert "did you mean 'demo'" in told.stderr


def test_the_scripts_make_calls_are_there_and_executable():
    for name in ("first-night", "up", "airflow"):
        assert os.access(SCRIPTS / name, os.X_OK)
