"""One past night, made again in a process of its own and compared with what it left."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from pathlib import Path

from nightshift import isolation
from nightshift.errors import ConfigError, NotRepeatable
from nightshift.nouns.replay_record import ReplayRecord
from nightshift.running.replay.comparing import compare
from nightshift.running.replay.scene import lay_out
from nightshift.running.replay.then import Code, code_of
from nightshift.storage import addresses, store
from nightshift.storage.night import Night

# Servers that a replay must not talk to: its searches and records are its own.
_SEVERED = ("NIGHTSHIFT_STUDIES_URI", "MLFLOW_TRACKING_URI")


def replay(night: Night, at: dt.datetime) -> str:
    """Make a judged night again and compare; returns the address of the record. Nothing that is kept or served is touched."""
    _refuse_unless_judged(night)
    began = time.perf_counter()
    beside = store.path(night.market.market)  # on the same disk: sealed files are linked, not copied
    with tempfile.TemporaryDirectory(prefix=f".tmp-{os.getpid()}-replay-", dir=beside) as place:
        home, scratch = Path(place, "home"), Path(place, "code")
        code = code_of(night, scratch)
        lay_out(night, home)
        isolation.call("nightshift.running.replay.once_more:make_again", {"opened": night.address}, changed=_surroundings(home, code))
        repeated = compare(night, home)
    record = ReplayRecord(
        night=night.address, at=at.isoformat(), code=code.name, seconds=round(time.perf_counter() - began, 3), repeated=repeated
    )
    name = f"{addresses.name_of(night.address)}-{at:%Y%m%dT%H%M%S}"
    return store.write(addresses.replay(night.market.market, name), record.write)


def refuse_unless_it_holds(where: str) -> None:
    """Raise `NotRepeatable`, naming what came out otherwise, unless everything is as near as it has to be."""
    record = ReplayRecord.read(store.open_folder(where))
    if not record.holds:
        others = "; ".join(f"{part.what}: {part.note}" for part in record.repeated if part.outcome == "differs")
        step = "compare libraries, threads and machine with the night's; until it is explained, trust the kept bytes and no new ones"
        raise NotRepeatable(expected=f"{record.night} to come out as it did", found=others, next_step=step)


def _refuse_unless_judged(night: Night) -> None:
    if not store.exists(night.stage("verdict")):
        raise ConfigError(
            expected="a judged night to replay", found=f"{night.address}, which has no verdict", next_step="nightshift history lists those"
        )
    if not store.exists(night.snapshot):
        found = f"no {night.snapshot}: it was cleaned away"
        raise ConfigError(expected=f"the snapshot of {night.address}", found=found, next_step="restore it from a copy of the store")


def _surroundings(home: Path, code: Code) -> dict[str, str | None]:
    changed: dict[str, str | None] = {"NIGHTSHIFT_HOME": str(home), **dict.fromkeys(_SEVERED)}
    return changed | ({"PYTHONPATH": str(code.place)} if code.place else {})
