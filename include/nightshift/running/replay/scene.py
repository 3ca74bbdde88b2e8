"""What a night found when it began, laid out in a private home: its data, its orders, the releases and the ledger as they were."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from nightshift.nouns.training import TrainingRecord
from nightshift.storage import addresses, ledger, ledger_then, store
from nightshift.storage.ledger_lineage import live_among
from nightshift.storage.ledger_rows import entry_of
from nightshift.storage.night import Night


def lay_out(night: Night, home: Path) -> None:
    """Set the scene of this night below `home`. Nothing is copied that is sealed: files are linked, and nobody writes into them."""
    for where in (night.snapshot, addresses.stage(night.address, "night"), *_taken_over(night)):
        _link(where, home)
    for where in store.children(addresses.releases(night.market.market)):
        _link(where, home)
    known = ledger_then.before(ledger.file(), night.address, otherwise=_judged_at(night))
    ledger_then.copy(known, home / ledger.file().name)
    served = [entry_of(row, ledger.file()) for row in known if row["market"] == night.market.market and row["kind"] != "look"]
    live = live_among(served)
    if live:
        _point(addresses.serving(night.market.market), addresses.release(night.market.market, live.version), home)


def _taken_over(night: Night) -> list[str]:
    """Earlier nights whose trainings this one took over, with all that these were made from."""
    trainings = [night.stage("models", family) for family in night.families]
    reused = [TrainingRecord.read(store.path(where)).reused_from for where in trainings if store.exists(where)]
    earlier = sorted({addresses.night_of(where) for where in reused if where})
    return [*(where for where in reused if where), *(addresses.stage(where, "night") for where in earlier)]


def _judged_at(night: Night) -> dt.datetime:
    """When the night's verdict was sealed; now for ever, where it has none."""
    seal = store.path(night.stage("verdict")) / store.SEAL
    return dt.datetime.fromtimestamp(seal.stat().st_mtime, dt.UTC) if seal.is_file() else dt.datetime.max.replace(tzinfo=dt.UTC)


def _link(where: str, home: Path) -> None:
    held, target = store.open_folder(where), home / where
    for file in held.rglob("*"):
        place = target / file.relative_to(held)
        if file.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, place)


def _point(where: str, to: str, home: Path) -> None:
    link = home / where
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(os.path.relpath(home / to, link.parent))
