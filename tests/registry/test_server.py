"""The same against a real `mlflow server`, and what happens when it dies in between."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from nightshift import release, tracking
from nightshift.running import released_versions
from nightshift.storage import store
from nightshift.tracking import server as mlflow_server


@pytest.fixture
def server(home, tmp_path, empty_database):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(empty_database, tmp_path / "server.db")
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{tmp_path}/server.db", "--artifacts-destination", str(tmp_path / "artifacts"),
    ]  # fmt: skip
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, cwd=tmp_path, env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process, tmp_path / "server.log")
        yield f"http://127.0.0.1:{port}", process
    finally:
        _kill(process)


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"no MLflow after two minutes: {log.read_text()[-2000:]}")


def _kill(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_a_real_server_takes_nights_and_releases_and_its_death_costs_nothing(server, handmade, reported, monkeypatch):
    address, process = server
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    first = reported("2026-11-18")
    release.promote(first, who="gate", why="better", at=handmade.AT)
    assert tracking.follow(handmade.NAME) == ""
    assert tracking.track(first) == ""
    (found,) = tracking.versions(handmade.NAME)
    assert (found["version"], found["aliases"]) == ("1.0.0", ["challenger", "champion"])
    assert {run["name"] for run in tracking.runs(handmade.NAME, "accuracy > 0.6")} == {"ridge", first.address.rsplit("/", 1)[-1]}
    _same_bytes(found["run"])
    shutil.rmtree(store.path(first.address))  # a release whose night is gone is registered with the server too
    third = release.promote(reported("2026-11-19"), who="gate", why="better", at=handmade.AT)
    shutil.rmtree(store.path(third.night))
    release.promote(reported("2026-11-20"), who="gate", why="better", at=handmade.AT)
    assert tracking.follow(handmade.NAME) == ""
    _, note = released_versions.delete(handmade.NAME, "1.0.0", "ann", "full", handmade.AT)
    assert note == ""
    assert [version["version"] for version in tracking.versions(handmade.NAME)] == ["1.0.2", "1.0.1"]
    assert mlflow_server.connected().list_artifacts(found["run"], "model") == []
    _kill(process)
    second = reported("2026-11-23")
    release.promote(second, who="gate", why="better", at=handmade.AT)
    assert "it is done on the next run" in tracking.track(second)
    assert release.champion(handmade.NAME).version == "1.0.3"


def _same_bytes(run: str) -> None:
    """What was uploaded is the sealed release, byte for byte."""
    fetched = Path(mlflow_server.connected().download_artifacts(run, "model/release", str(store.home())))
    store.verify(fetched)
