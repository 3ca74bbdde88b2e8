"""A training that survives kill -9: after every epoch its weights, optimizer, random state and progress are on disk.

An epoch is one `.npz` (plain arrays, no pickle) and one small JSON that names it with its sha256, replaced in one rename.
A checkpoint of another fit, or a damaged one, is never used: training starts again and says so.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nightshift import store
from nightshift.errors import Damaged
from nightshift.models.keras_progress import Progress

_LOG = logging.getLogger(__name__)
_POINTER = "checkpoint.json"


@dataclass(frozen=True)
class Checkpoints:
    """A folder of checkpoints of one fit; `folder` None keeps nothing."""

    folder: Path | None
    fit: str  # fingerprint of everything that the fit depends on


def keep(checkpoints: Checkpoints, progress: Progress, state: dict[str, list[np.ndarray]]) -> None:
    """Write one epoch, whole or not at all, and drop the one before it."""
    if checkpoints.folder is None:
        return
    checkpoints.folder.mkdir(parents=True, exist_ok=True)
    file = checkpoints.folder / f"epoch-{progress.epoch:04d}.npz"
    building = checkpoints.folder / f".tmp-{os.getpid()}-epoch.npz"
    with building.open("wb") as handle:
        np.savez(handle, **{f"{part}-{place:04d}": array for part, arrays in state.items() for place, array in enumerate(arrays)})  # type: ignore[arg-type]
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(building, file)
    facts = {"fit": checkpoints.fit, "file": file.name, "sha256": store.sha256_of(file), "progress": asdict(progress)}
    store.write_json(checkpoints.folder / _POINTER, {"facts": facts, "sha256": store.fingerprint(facts)})
    for old in checkpoints.folder.glob("epoch-*.npz"):
        if old != file:
            old.unlink()


def latest(checkpoints: Checkpoints) -> tuple[Progress, dict[str, list[np.ndarray]]] | None:
    """The last whole epoch of this very fit, or None; what cannot be trusted is left alone and reported."""
    pointer = checkpoints.folder / _POINTER if checkpoints.folder else None
    if pointer is None or not pointer.is_file():
        return None
    try:
        facts = _verified(pointer)
        if facts["fit"] != checkpoints.fit:
            _LOG.info("the checkpoint in %s belongs to another fit; training starts from the beginning", pointer.parent)
            return None
        return _progress(facts["progress"]), _arrays(pointer.parent / facts["file"])
    except (Damaged, OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as damage:
        _LOG.warning("the checkpoint in %s is damaged and refused; training starts from the beginning (%s)", pointer.parent, damage)
        return None


def fit_fingerprint(facts: Any, arrays: list[np.ndarray]) -> str:
    """What identifies a fit: its settings and the bytes that it learns from."""
    digest = hashlib.sha256(store.fingerprint(facts).encode())
    for array in arrays:
        digest.update(str((array.dtype.str, array.shape)).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _verified(pointer: Path) -> dict[str, Any]:
    written = store.read_json(pointer)
    facts = written["facts"]
    file = pointer.parent / facts["file"]
    if store.fingerprint(facts) != written["sha256"] or store.sha256_of(file) != facts["sha256"]:
        raise Damaged(expected=f"{file} as it was written", found="other bytes", next_step="nothing: training starts again")
    return facts


def _progress(facts: dict[str, Any]) -> Progress:
    return Progress(**{**facts, "history": tuple(facts["history"])})


def _arrays(file: Path) -> dict[str, list[np.ndarray]]:
    state: dict[str, list[np.ndarray]] = {}
    with np.load(file, allow_pickle=False) as archive:
        for name in sorted(archive.files):
            state.setdefault(name.split("-")[0], []).append(archive[name])
    return state
