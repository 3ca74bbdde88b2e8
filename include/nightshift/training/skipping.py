"""The skip rule: a family that was trained a short while ago on the very same columns is not trained again."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from pathlib import Path

from nightshift import sessions
from nightshift.errors import Damaged
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import TrainingRecord
from nightshift.nouns.walk_record import WalkRecord
from nightshift.storage import addresses, fingerprints, store
from nightshift.storage.night import Night
from nightshift.training import proven

LOG = logging.getLogger("nightshift")
COPIED = ("model", Scores.FILE, Scores.OF_MODEL, WalkRecord.FILE, proven.FOLDER)  # the last three where a recipe was proven


def training_key(night: Night, family: str) -> str:
    """sha256 of what decides a training: columns (so snapshot, label and split), parameters, proof, search, seed, threads, code."""
    market = night.market
    asked = [
        night.columns,
        family,
        night.params(family),
        night.market.proof.model_dump(exclude={"paths"}),
        night.search.model_dump(),
        night.options.trials,
    ]
    return store.fingerprint([*asked, market.execution.seed, market.execution.threads, fingerprints.of(fingerprints.TRAINING)])


def earlier(night: Night, family: str) -> tuple[str, str]:
    """(address, reason) of the newest training that may stand in for tonight's; two empty strings when none may. Forcing always trains."""
    limit = dt.timedelta(hours=night.market.search.min_hours_between)
    if not limit or night.options.force:
        return "", ""
    key, found = training_key(night, family), []
    for where in _trainings(night, family):
        record = _readable(where)
        if record is None or record.failed or record.key != key or record.trained_as_of is None:
            continue
        age = night.as_of - sessions.utc(record.trained_as_of)
        if dt.timedelta() <= age < limit:
            found.append((age, where))
    if not found:
        return "", ""
    age, where = min(found)
    hours = age.total_seconds() / 3600
    asked = night.market.search.min_hours_between
    return where, f"trained {hours:.1f} hours ago on the same snapshot (search.min_hours_between is {asked:g}); force to train again"


def reuse(night: Night, where: str, reason: str, folder: Path) -> None:
    """The earlier training as tonight's, with the reason; its bytes are verified before they are copied."""
    held = store.open_folder(where)
    for place in (held / name for name in COPIED):
        if place.is_dir():
            shutil.copytree(place, folder / place.name)
        elif place.is_file():
            shutil.copy2(place, folder / place.name)
    taken = {"skipped": reason, "reused_from": where, "as_of": night.as_of.isoformat(), "seconds": 0.0}
    TrainingRecord.read(held).model_copy(update=taken).write(folder)


def _readable(where: str) -> TrainingRecord | None:
    """The record of an earlier training; none, said so, where this version cannot read it: tonight's is made anew."""
    try:
        return TrainingRecord.read(store.path(where))
    except Damaged as damage:
        LOG.warning("not taken over: %s", damage)
        return None


def _trainings(night: Night, family: str) -> list[str]:
    places = [addresses.stage(where, "models", family) for where in addresses.opened_nights(night.market.market) if where != night.address]
    return [where for where in places if store.exists(where)]
