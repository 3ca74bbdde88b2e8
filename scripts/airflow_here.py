"""Airflow, living inside this project: its home, its settings, its database. `scripts/airflow <any airflow command>`.

Two homes: `.airflow/test` for `airflow dags test`, `.airflow/up` for the scheduler that `make up` starts. They are apart
because `dags test` and a live scheduler over one database would both run the same tasks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SETTINGS = PROJECT / "airflow_settings.yaml"


def home(name: str) -> Path:
    """Where Airflow keeps its own files."""
    return Path(os.environ.get("NIGHTSHIFT_AIRFLOW") or PROJECT / ".airflow").resolve() / name


def environment(where: Path, port: int = 8080) -> dict[str, str]:
    """The environment of every Airflow process of this project; what the user has set, also in `.env`, wins."""
    chosen = {
        "AIRFLOW_HOME": str(where),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(where / "passwords.json"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "20",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GX_ANALYTICS_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    asked = {**_dotenv(), **os.environ}
    # A home left in the environment by another Airflow must not be migrated or filled by ours.
    path = f"{BIN}{os.pathsep}{asked.get('PATH', '')}"  # Airflow starts parts of itself by name
    return {**chosen, **asked, "PATH": path, "AIRFLOW_HOME": str(where)}


def connections_as_environment(settings: Mapping) -> dict[str, str]:
    """The connections of airflow_settings.yaml as AIRFLOW_CONN_…: all that DAG-level callbacks can read under `dags test`."""
    from apply_settings import connections

    return {f"AIRFLOW_CONN_{name.upper()}": json.dumps(facts) for name, facts in connections(settings).items()}


def one_dag(named: Sequence[str]) -> dict[str, str]:
    """For a trial of one DAG: those of other markets are not read and written down, twice, before it begins."""
    return {"NIGHTSHIFT_ONLY_DAG": named[0]} if named and not named[0].startswith("-") else {}


def migrate(environ: Mapping[str, str]) -> None:
    """Bring Airflow's own database up to date; at once when this version has done it before."""
    where = Path(environ["AIRFLOW_HOME"])
    done = where / f".migrated-{version('apache-airflow-core')}"
    if done.exists() and (where / "airflow.db").exists():
        return
    where.mkdir(parents=True, exist_ok=True)
    told = subprocess.run([BIN / "airflow", "db", "migrate"], env=environ, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"expected Airflow's database at {where}; found:\n{told.stderr[-2000:]}\nnext: remove {where} and try again")
    done.touch()


def _dotenv() -> dict[str, str]:
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(PROJECT / ".env").items() if value is not None}


def main(arguments: list[str]) -> None:
    """Become `airflow <arguments>` in the right home."""
    trial = arguments[:2] in (["dags", "test"], ["tasks", "test"])
    environ = environment(home("test" if trial else "up"))
    if trial:
        from apply_settings import read

        environ = {**connections_as_environment(read(SETTINGS)), **environ, **one_dag(arguments[2:3])}
    migrate(environ)
    os.execve(BIN / "airflow", [str(BIN / "airflow"), *arguments], environ)  # noqa: S606  # our own command


if __name__ == "__main__":
    main(sys.argv[1:])
