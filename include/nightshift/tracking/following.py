"""The ledger's releases as MLflow model versions with aliases and stages; whatever MLflow missed is made up for here.

Every version is created with its tags in one call and looked up by them first, so that a kill between any two calls, or a
second process, never makes two of one release. What is mirrored already costs no MLflow at all (`registry.json`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.nouns.release import Release, ReleaseColumns
from nightshift.storage import addresses, ledger, store
from nightshift.storage.ledger_lineage import live_among, previous_among, retracted_among
from nightshift.storage.night import night_of
from nightshift.tracking import server
from nightshift.tracking.changelog import Made, changelog
from nightshift.tracking.night_runs import night_run

if TYPE_CHECKING:
    from mlflow import MlflowClient

TAG = "nightshift.version"


def follow(market: str) -> str:
    """Make MLflow say what the ledger says; returns a note when MLflow did not take it, else nothing."""
    entries = ledger.entries(market)
    state = {"entry": entries[-1].hash if entries else None, "uri": server.uri().split("@")[-1]}
    file = store.path(addresses.registry(server.safe(market)))
    if not entries or (file.is_file() and store.read_json(file) == state):
        return ""
    note = server.noted(lambda: _mirror(server.connected(), market, entries))
    if not note:
        store.write_json(file, state)
    return note


def aliases(entries: list[LedgerEntry]) -> dict[str, str]:
    """champion: what is live. previous: what was live before it came. challenger: the newest release, whether live or taken back.

    >>> sequence = [("promote", "1.0.0"), ("promote", "1.0.1"), ("rollback", "1.0.0")]
    >>> aliases([LedgerEntry.model_construct(kind=kind, version=version) for kind, version in sequence])
    {'champion': '1.0.0', 'challenger': '1.0.1'}
    """
    live = live_among(entries)
    newest = [entry.version for entry in entries if entry.released]
    named = {
        "champion": live.version if live else None, "challenger": newest[-1] if newest else None, "previous": previous_among(entries),
    }  # fmt: skip
    return {alias: version for alias, version in named.items() if version}


def stage_of(version: str, entries: list[LedgerEntry]) -> str:
    """production, deprecated (taken back by a rollback, or retracted) or archived (superseded).

    >>> sequence = [("promote", "1.0.1"), ("rollback", "1.0.0")]
    >>> stage_of("1.0.1", [LedgerEntry.model_construct(kind=kind, version=version) for kind, version in sequence])
    'deprecated'
    """
    live = [entry for entry in entries if entry.serves]
    serving = live_among(entries)
    if serving is not None and serving.version == version:
        return "production"
    if version in retracted_among(entries) or live[-1].version == version:
        return "deprecated"
    last = max(index for index, entry in enumerate(live) if entry.version == version)
    return "deprecated" if live[last + 1].kind == "rollback" else "archived"


def _mirror(client: MlflowClient, market: str, entries: list[LedgerEntry]) -> None:
    known = _known(client, market)
    for entry in entries:
        if entry.released and entry.version not in known and store.exists(entry.release):
            known[entry.version] = _register(client, market, entry)
    for version, registered in known.items():
        stage = stage_of(version, entries) if any(entry.version == version for entry in entries) else "archived"
        if registered.tags.get("stage") != stage:
            client.set_model_version_tag(market, registered.version, "stage", stage)
    for alias, version in aliases(entries).items():
        if version in known:
            client.set_registered_model_alias(market, alias, known[version].version)


def _known(client: MlflowClient, market: str) -> dict[str, Any]:
    if not client.search_registered_models(f"name = '{market}'"):
        client.create_registered_model(market, tags={"nightshift.market": market}, description=f"Releases of market {market}")
        return {}
    found = client.search_model_versions(f"name = '{market}'", max_results=1000)
    return {registered.tags[TAG]: registered for registered in found if TAG in registered.tags}


def _register(client: MlflowClient, market: str, entry: LedgerEntry) -> Any:
    folder = store.open_folder(entry.release)
    made, parent = _made(folder), _parent(market, entry)
    release = made.release
    run = night_run(client, night_of(entry.night)) if store.exists(addresses.stage(entry.night, "verdict")) else None
    source = _uploaded(client, run, folder) if run else folder.as_uri()  # the night may be gone, the release is not
    tags = {
        TAG: entry.version,
        "night": entry.night,
        "session": entry.session,
        "family": release.family,
        "parent": release.parent or "",
        "snapshot": release.snapshot,
        "git_sha": release.git_commit or "none",
        "manifest_sha256": store.sha256_of(folder / store.SEAL),
        "stage": "staging",
    }
    described = changelog(made, parent)
    return client.create_model_version(market, source, run_id=run, tags=tags, description=described, await_creation_for=0)


def _uploaded(client: MlflowClient, run: str, folder: Path) -> str:
    client.log_artifacts(run, str(folder), "release")
    return f"{client.get_run(run).info.artifact_uri}/release"


def _made(folder: Path) -> Made:
    return Made(Release.read(folder), ReleaseColumns.read(folder).names)


def _parent(market: str, entry: LedgerEntry) -> Made | None:
    where = addresses.release(market, entry.previous_version) if entry.previous_version else ""
    return _made(store.open_folder(where)) if where and store.exists(where) else None
