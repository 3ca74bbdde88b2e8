"""Every test runs in homes of its own; Airflow reads its settings at its first import, so they are set before it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
_HOME = Path(tempfile.mkdtemp(prefix="nightshift-tests-"))
_NO_SMTP = {"conn_type": "smtp", "host": "127.0.0.1", "port": 1, "extra": {"disable_ssl": True, "disable_tls": True, "timeout": 2, "retry_limit": 0}}

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
        "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(_NO_SMTP),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GX_ANALYTICS_ENABLED": "false",
    }
)
for _unwanted in ("NIGHTSHIFT_MARKETS", "NIGHTSHIFT_MONGO_URI"):
    os.environ.pop(_unwanted, None)


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
