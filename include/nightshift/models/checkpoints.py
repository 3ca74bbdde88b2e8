"""What a fit has reached, kept so that a killed one goes on and ends as an undisturbed one would."""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from nightshift.errors import Damaged
from nightshift.models.batches import ASKED_BYTES, batches
from nightshift.models.family import Context, Params
from nightshift.nouns.panel import Rows
from nightshift.storage import store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoint:
    """The model's own bytes after `step` rounds, and the history so far."""

    step: int
    model: bytes
    history: list[dict[str, float]]


@dataclass(frozen=True)
class Checkpoints:
    """A folder of checkpoints of one fit; `key` says which fit, so that another one never goes on from them."""

    folder: Path | None
    key: str

    def write(self, checkpoint: Checkpoint) -> None:
        """Keep this one and drop the older ones. The JSON with the model's checksum comes last: no JSON, no checkpoint."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.key[:16]}-{checkpoint.step:06d}"
        (self.folder / f"{name}.bin").write_bytes(checkpoint.model)
        facts = {
            "key": self.key,
            "step": checkpoint.step,
            "history": checkpoint.history,
            "sha256": hashlib.sha256(checkpoint.model).hexdigest(),
        }
        store.write_json(self.folder / f"{name}.json", facts)
        self._remove(keep=name)

    def latest(self) -> Checkpoint | None:
        """The furthest whole checkpoint of this fit; a damaged one is refused, said so, and the fit starts over."""
        if self.folder is None or not self.folder.is_dir():
            return None
        for file in sorted(self.folder.glob(f"{self.key[:16]}-*.json"), reverse=True):
            try:
                return self._read(file)
            except Damaged as damage:
                log.warning("checkpoint refused, training starts over: %s", damage)
        return None

    def clear(self) -> None:
        """Remove this fit's checkpoints: it is finished."""
        self._remove(keep="")

    def _read(self, file: Path) -> Checkpoint:
        facts, held = store.read_json(file), file.with_suffix(".bin")
        model = held.read_bytes() if held.is_file() else b""
        if facts.get("key") != self.key or facts.get("sha256") != hashlib.sha256(model).hexdigest():
            raise Damaged(expected=f"{held.name} as it was written", found="other bytes", next_step="nothing: it is not used")
        return Checkpoint(facts["step"], model, facts["history"])

    def _remove(self, keep: str) -> None:
        if self.folder is None or not self.folder.is_dir():
            return
        for file in self.folder.glob(f"{self.key[:16]}-*"):
            if file.stem != keep:
                file.unlink(missing_ok=True)


def checkpoints(family: str, params: Params, train: Rows, validate: Rows, context: Context) -> Checkpoints:
    """The checkpoints of this very fit: same family, parameters, seed, threads and data."""
    return Checkpoints(context.checkpoints, "" if context.checkpoints is None else fit_key(family, params, train, validate, context))


def fit_key(family: str, params: Params, train: Rows, validate: Rows, context: Context) -> str:
    """sha256 of everything that decides what a fit learns."""
    digest = hashlib.sha256(
        repr(
            (family, params.model_dump(mode="json"), context.task, context.seed, context.threads, context.course, train.panel.names)
        ).encode()
    )
    for rows in (train, validate):
        digest.update(str((len(rows), len(rows.panel.names))).encode())
        for batch in batches(rows, ASKED_BYTES):
            digest.update(batch.table.data)
        digest.update(str(rows.label.shape).encode())
        digest.update(rows.label.data)
    return digest.hexdigest()


@dataclass(frozen=True)
class Snapshot:
    """A checkpoint file that the learner writes by itself, and our checksum of it: CatBoost has none."""

    folder: Path | None
    NAME = "snapshot.bin"
    EVERY_SECONDS = 5

    def seal(self) -> None:
        """Note the checksum of a snapshot that was written since the last call."""
        if self.folder is None or not (self.folder / self.NAME).is_file():
            return
        held, seal = self.folder / self.NAME, self.folder / "snapshot.json"
        if not seal.is_file() or seal.stat().st_mtime_ns < held.stat().st_mtime_ns:
            store.write_json(seal, {"sha256": store.sha256_of(held)})

    def refuse_damaged(self) -> None:
        """Remove a snapshot whose bytes are not those that were sealed, and say so: the fit starts over."""
        if self.folder is None or not (self.folder / self.NAME).is_file():
            return
        held, seal = self.folder / self.NAME, self.folder / "snapshot.json"
        if not seal.is_file() or f'"{store.sha256_of(held)}"' not in seal.read_text(errors="replace"):
            log.warning("checkpoint refused, training starts over: %s is not as it was written", held)
            held.unlink()

    def clear(self) -> None:
        """Remove the learner's folder: the fit is finished."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
