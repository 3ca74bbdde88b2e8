"""The ledger's releases as MLflow model versions with aliases and stages; whatever MLflow missed is made up for here.

Every version is created with its tags in one call and looked up by them first, so that a kill between any two calls, or a
second process, never makes two of one release. What is mirrored already costs no MLflow at all (`registry.json`); once a night,
when MLflow is open anyway, everything is compared, and what was deleted or changed there by hand is mended.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from nightshift.errors import Damaged
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.release import registry
from nightshift.storage import addresses, ledger, store
from nightshift.tracking import registering, server
from nightshift.tracking.registering import TAG

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

    from nightshift.release.registry import Registered

LOG = logging.getLogger("nightshift")
_MOST_VERSIONS = 1000  # that one answer of MLflow holds


def follow(market: str) -> str:
    """Make MLflow say what the ledger says; returns a note when MLflow did not take it, else nothing."""
    entries = ledger.entries(market)
    state = _state(market, entries)
    file = store.path(addresses.registry(server.safe(market)))
    if not entries or (file.is_file() and store.read_json(file) == state):
        return ""
    note = server.noted(lambda: mend(server.connected(), market))
    if not note:
        store.write_json(file, state)
    return note


def mend(client: MlflowClient, market: str) -> None:
    """Compare everything that MLflow says of the market's releases with the ledger, and set right what differs."""
    released = registry.versions(market)
    if not released:
        return
    model = _model(client, server.safe(market))
    versions = _versions(client, market)
    for version in reversed(released):  # in the order they were released: MLflow numbers them
        _settle(client, version, versions)
    known = {version.version for version in released}
    for number, foreign in versions.items():
        if number not in known:
            _tag(client, foreign, {"stage": registry.ARCHIVED})
    _alias(client, model, registry.aliases(ledger.entries(market)), versions)


def _state(market: str, entries: list[LedgerEntry]) -> dict[str, Any]:
    """What decides the mirror: the same state was told already."""
    numbers = [entry.version for entry in entries if entry.released]
    return {
        "entry": entries[-1].hash if entries else None,
        "uri": server.uri().split("@")[-1],
        "notes": {number: len(told) for number in numbers if (told := store.children(addresses.release_notes(market, number)))},
        "deleted": [number for number in numbers if not store.exists(addresses.release(market, number))],
    }


def _model(client: MlflowClient, market: str) -> RegisteredModel:
    known = client.search_registered_models(f"name = '{market}'")
    if known:
        return known[0]
    return client.create_registered_model(market, tags={"nightshift.market": market}, description=f"Releases of market {market}")


def _versions(client: MlflowClient, market: str) -> dict[str, ModelVersion]:
    """By our number; of two that say the same number the first one counts, and the other says so."""
    every = client.search_model_versions(f"name = '{market}'", max_results=_MOST_VERSIONS)
    chosen: dict[str, ModelVersion] = {}
    for version in sorted((one for one in every if TAG in one.tags), key=lambda one: int(one.version)):
        if version is not chosen.setdefault(version.tags[TAG], version):
            _tag(client, version, {"stage": registry.ARCHIVED})
    return chosen


def _settle(client: MlflowClient, version: Registered, versions: dict[str, ModelVersion]) -> None:
    """One release: registered, told of what is new, or deleted like its folder."""
    number, registered = version.version, versions.get(version.version)
    if version.deleted:
        if registered is not None:
            registering.remove(client, registered)
            del versions[number]
    elif registered is None and store.exists(version.entry.release):
        try:
            versions[number] = registering.register(client, version)
        except Damaged as failure:  # `doctor` and `status` say it too; the other versions do not wait for its copy
            LOG.warning("%s %s is not registered: %s", version.entry.market, number, failure)
    elif registered is not None and version.release is not None:
        _tag(client, registered, registering.tags(version))
        described = registering.description(version)
        if (registered.description or "") != described:
            client.update_model_version(registered.name, registered.version, described)
    elif registered is not None:
        _tag(client, registered, {"stage": version.stage})


def _tag(client: MlflowClient, registered: ModelVersion, tags: dict[str, str]) -> None:
    for name, value in tags.items():
        if registered.tags.get(name) != value:
            client.set_model_version_tag(registered.name, registered.version, name, value)


def _alias(client: MlflowClient, model: RegisteredModel, named: dict[str, str], versions: dict[str, ModelVersion]) -> None:
    """champion, challenger and previous as the ledger has them; other aliases are somebody's own."""
    for alias in registry.ALIASES:
        wanted = versions.get(named.get(alias, ""))
        if wanted is None and alias in model.aliases:
            client.delete_registered_model_alias(model.name, alias)
        elif wanted is not None and str(model.aliases.get(alias)) != str(wanted.version):
            client.set_registered_model_alias(model.name, alias, wanted.version)
