"""The one place that opens MLflow: which server, how long to wait for it, and what its failures are.

MLFLOW_TRACKING_URI names any server; without it everything lies in `<home>/mlflow.db` and `<home>/mlartifacts`.
"""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nightshift import config
from nightshift.errors import ConfigError, NightshiftError, SourceUnreachable
from nightshift.storage import store

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOG = logging.getLogger("nightshift")
_KNOCK_S = 2.0  # a server that does not take a connection in this time is down
_QUIET_AND_QUICK = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


def uri() -> str:
    """The tracking server, or the SQLite file that stands for it."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{store.home() / 'mlflow.db'}"


def told() -> str:
    """Where MLflow is, and whether a server of that name takes connections; no night waits for it."""
    place = _without_password(uri())
    try:
        _knock(uri())
    except SourceUnreachable as silent:
        return f"{place} does not answer, it is told on the next run that finds it: {silent.found}"
    return f"{place} answers" if place.startswith("http") else f"in {place.removeprefix('sqlite:///')}"


def connected() -> MlflowClient:
    """A client that answers, or `SourceUnreachable` within seconds."""
    for name, value in _QUIET_AND_QUICK.items():
        os.environ.setdefault(name, value)
    _knock(uri())
    store.home().mkdir(parents=True, exist_ok=True)
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri(), registry_uri=uri())


def experiment(client: MlflowClient, market: str) -> str:
    """The id of the market's experiment, made on first use."""
    name = safe(market)
    found = client.get_experiment_by_name(name)
    if found is not None:
        if found.lifecycle_stage == "deleted":  # by hand, on MLflow's page: what it held is ours to keep
            client.restore_experiment(found.experiment_id)
        return found.experiment_id
    local = None if uri().startswith("http") else (store.home() / "mlartifacts" / name).as_uri()
    return client.create_experiment(name, artifact_location=local, tags={"nightshift.market": name})


def safe(name: str) -> str:
    """A name that cannot walk out of its place, on any server; others are refused.

    >>> safe("us_stocks")
    'us_stocks'
    """
    if not re.fullmatch(config.NAME, name):
        raise ConfigError(expected=f"a name like {config.NAME}", found=repr(name), next_step="use small letters, digits, _ and -")
    return name


def noted(work: Callable[[], None]) -> str:
    """Do the work with MLflow; when MLflow fails, the reason in one sentence instead, for the night goes on without it."""
    try:
        work()
    except failures() as failure:
        note = f"MLflow at {_without_password(uri())} did not take it: {' '.join(str(failure).split())[:300]}; it is done on the next run"
        LOG.warning(note)
        return note
    return ""


def failures() -> tuple[type[Exception], ...]:
    """What a missing, slow or broken MLflow raises, or a damaged folder that it was to be told of; a slip of ours is not among them."""
    from sqlite3 import DatabaseError

    known: list[type[Exception]] = [NightshiftError, OSError, DatabaseError]
    try:
        from mlflow.exceptions import MlflowException
        from requests.exceptions import RequestException
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError:  # an image without MLflow serves and promotes all the same
        return (*known, ImportError)
    return (*known, MlflowException, RequestException, SQLAlchemyError)


def _knock(address: str) -> None:
    parts = urlsplit(address)
    if not parts.scheme.startswith("http"):
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=_KNOCK_S).close()
    except OSError as failure:
        raise SourceUnreachable(
            expected=f"an MLflow server at {_without_password(address)}",
            found=str(failure),
            next_step="start it, or unset MLFLOW_TRACKING_URI",
        ) from failure


def _without_password(address: str) -> str:
    return re.sub(r"//[^/@]*@", "//", address)
