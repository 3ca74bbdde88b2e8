"""Every test runs in homes of its own; Airflow reads its settings at its first import, so they are set before it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from nightshift.nouns.release import Release

PROJECT = Path(__file__).resolve().parents[1]
_HOME = Path(tempfile.mkdtemp(prefix="nightshift-tests-"))
_PLAIN = {"disable_ssl": True, "disable_tls": True, "timeout": 2, "retry_limit": 0}
_NO_SMTP = {"conn_type": "smtp", "host": "127.0.0.1", "port": 1, "extra": _PLAIN}

os.environ.update(
    {
        "NIGHTSHIFT_HOME": str(_HOME / "nightshift"),
        "AIRFLOW_HOME": str(_HOME / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME}/airflow/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": f"{_HOME}/airflow/logs",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__API_AUTH__JWT_SECRET": "only for tests, and as long as Airflow wants one to be for a signature: 64 bytes",
        "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(_NO_SMTP),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GX_ANALYTICS_ENABLED": "false",
        "OMP_WAIT_POLICY": "PASSIVE",  # spinning OpenMP threads beside a second busy process cost ten times the time
    }
)
for _unwanted in ("NIGHTSHIFT_MARKETS", "NIGHTSHIFT_MONGO_URI"):
    os.environ.pop(_unwanted, None)


# Other people's deprecations that only show inside Airflow.
_THEIRS = ("ignore:GitWildMatchPattern:DeprecationWarning", "ignore:Using `httpx` with `starlette.testclient` is deprecated")


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors; these few are not ours to mend."""
    for line in _THEIRS:
        config.addinivalue_line("filterwarnings", line)


SMALL = {
    "market": "small",
    "title": "Small",
    "calendar": "XNYS",
    "source": {"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.6}},
    "columns": ["volume", "returns"],
    "gates": [{"metric": "sharpe_annual", "must_be": "above_champion_by", "limit": 0.0}],
    "budget": {"spending": "pocock"},  # a short history can promote early only where the budget is spent early
}


@pytest.fixture(scope="session")
def small_market() -> Callable[..., Path]:
    """Writes `markets/small.yaml` below a folder: six simulated symbols, and what the caller adds; returns the folder."""

    def write(place: Path, **more: object) -> Path:
        (place / "markets").mkdir()
        (place / "markets" / "small.yaml").write_text(yaml.safe_dump(SMALL | more))
        return place

    return write


@pytest.fixture(scope="session")
def made_release() -> Callable[..., Release]:
    """A release as a real night made it, but for what is told."""
    kept = PROJECT / "tests" / "nouns" / "kept" / "Release.json"
    facts = Release.of_facts(json.loads(kept.read_text()), kept)
    return lambda **told: Release(**(dict(facts) | told))


@pytest.fixture(autouse=True, scope="session")
def _homes_removed_at_the_end() -> Iterator[None]:
    yield
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture
def nightshift_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Nightshift home for one test."""
    home = tmp_path / "nightshift"
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that speaks MongoDB's wire protocol over a real socket, for all tests of the session."""
    place = tmp_path_factory.mktemp("mongo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    files = ["--db", "memory", "--pid-file", str(place / "pid"), "--log-file", str(place / "log")]
    command = [Path(sys.executable).parent / "nx-27017", "--host", "127.0.0.1", "--port", str(port), *files]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert server.poll() is None, "the server ended before it answered"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        yield f"mongodb://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(5)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def recorded_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has lived through three nights of a small market named demo, unpacked once, for copies."""
    place = tmp_path_factory.mktemp("recorded")
    with tarfile.open(PROJECT / "tests" / "recorded" / "released_market" / "store.tar.xz") as packed:
        packed.extractall(place, filter="data")
    return place


@pytest.fixture
def released_market(recorded_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that is this test's own; returns its home."""
    shutil.copytree(recorded_store, tmp_path, symlinks=True, dirs_exist_ok=True)
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "markets"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    return tmp_path / "home"
