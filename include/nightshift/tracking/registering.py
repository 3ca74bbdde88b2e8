"""One release as one MLflow model version: its files, tags and words; and how it goes again."""

from __future__ import annotations

import datetime as dt
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.errors import NightshiftError
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.storage import store
from nightshift.storage.night import night_of
from nightshift.tracking import mlflow_model, server
from nightshift.tracking.logged import Logged
from nightshift.tracking.night_runs import night_run, run_of

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

    from nightshift.release.registry import Registered

TAG = "nightshift.version"
_LONGEST = 5000  # characters of a description that every MLflow takes
_CUT = "\n… and more: nightshift versions show"


def register(client: MlflowClient, version: Registered) -> ModelVersion:
    """Upload the sealed folder with what MLflow reads of it, then the version with all its tags in one call."""
    entry, folder = version.entry, store.open_folder(version.entry.release)
    run = _run(client, entry)
    with tempfile.TemporaryDirectory(prefix="nightshift-") as place:
        mlflow_model.write(folder, run, Path(place))
        client.log_artifacts(run, place, mlflow_model.FOLDER)
    client.log_artifacts(run, str(folder), f"{mlflow_model.FOLDER}/{mlflow_model.SEALED}")
    source = f"{client.get_run(run).info.artifact_uri}/{mlflow_model.FOLDER}"
    name = server.safe(entry.market)
    return client.create_model_version(
        name, source, run_id=run, tags=tags(version), description=description(version), await_creation_for=0
    )  # fmt: skip


def tags(version: Registered) -> dict[str, str]:
    """What a version says of itself; empty where its folder cannot be read."""
    entry, release = version.entry, version.release
    if release is None:
        return {}
    return {
        TAG: version.version,
        "stage": version.stage,
        "night": entry.night,
        "session": entry.session,
        "family": release.family,
        "parent": release.parent or "",
        "snapshot": release.snapshot,
        "recipe": release.recipe or "none",
        "study": release.study or "none",
        "git_sha": release.git_commit or "none",
        "lock_sha256": release.lock_sha256 or "none",
        "manifest_sha256": store.sha256_of(version.folder / store.SEAL),
    }


def description(version: Registered) -> str:
    """The changelog with the notes, as long as MLflow takes it."""
    lines = [version.changelog.text, *(f"- note: {note.line}" for note in version.notes)]
    text = "\n".join(lines)
    return text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT


def remove(client: MlflowClient, registered: ModelVersion) -> None:
    """The version and its files go; the run of its night stays."""
    from mlflow.exceptions import MlflowException

    try:
        _remove_files(client, registered)
    except MlflowException as failure:
        if failure.error_code != "RESOURCE_DOES_NOT_EXIST":  # the run went before, with its files
            raise
    client.delete_model_version(registered.name, registered.version)


def _remove_files(client: MlflowClient, registered: ModelVersion) -> None:
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    folder = (registered.source or "").rsplit("/", 1)[-1]  # an earlier Nightshift had another name for it
    if registered.run_id and client.list_artifacts(registered.run_id, folder):
        where = client.get_run(registered.run_id).info.artifact_uri
        get_artifact_repository(where, tracking_uri=server.uri()).delete_artifacts(folder)


def _run(client: MlflowClient, entry: LedgerEntry) -> str:
    """The night's own run; where the night is gone or damaged, one of the release's own: a server takes no folder that it did not write."""
    with suppress(NightshiftError):
        return night_run(client, night_of(entry.night))
    tags = {"market": entry.market, "night": entry.night, "session": entry.session, "version": entry.version}
    at_ms = int(dt.datetime.fromisoformat(entry.at).timestamp() * 1000)
    logged = Logged(entry.release, f"{entry.market} {entry.version}", tags, {}, (), at_ms, at_ms)
    return run_of(client, server.safe(entry.market), logged)
