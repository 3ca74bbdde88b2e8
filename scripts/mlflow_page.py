"""MLflow's own page over what the nights left, on this machine only: the part of `make up` that is not Airflow.

NIGHTSHIFT_MLFLOW_PORT=… for another port. With MLFLOW_TRACKING_URI set there is a server already, and its address is said instead.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import IO

PORT = 5000


def port(environ: Mapping[str, str]) -> int | None:
    """Where the page is to be; None where a server of somebody's own is used."""
    return None if environ.get("MLFLOW_TRACKING_URI") else int(environ.get("NIGHTSHIFT_MLFLOW_PORT") or PORT)


def command(at: int, home: Path) -> list[str]:
    """The server over the home's own database and artifacts.

    >>> command(5000, Path("/home/.nightshift"))[-2:]
    ['--default-artifact-root', 'file:///home/.nightshift/mlartifacts']
    """
    return [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(at), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{home / 'mlflow.db'}", "--no-serve-artifacts",
        "--default-artifact-root", (home / "mlartifacts").as_uri(),
    ]  # fmt: skip


def start(at: int, environ: Mapping[str, str], log: IO[str]) -> subprocess.Popen:
    """The page's process, in a session of its own."""
    home = _home(environ)
    home.mkdir(parents=True, exist_ok=True)
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    return subprocess.Popen(
        command(at, home), env={**environ, **quiet}, cwd=home, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )


def answers(at: int) -> bool:
    """True when the page is there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{at}/health", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def said(environ: Mapping[str, str]) -> str:
    """The address for people, without a password."""
    own = environ.get("MLFLOW_TRACKING_URI")
    return own.split("@")[-1] if own else f"http://127.0.0.1:{port(environ)}"


def _home(environ: Mapping[str, str]) -> Path:
    from airflow_here import PROJECT

    return Path(environ.get("NIGHTSHIFT_HOME") or PROJECT / ".nightshift").resolve()
