"""What a training step leaves behind, as bytes: weights, optimizer, random state and progress; plain arrays, no pickle."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from typing import Any

import numpy as np

from nightshift.models.checkpoints import Checkpoint
from nightshift.models.neural.keras_progress import Progress
from nightshift.storage import store

State = dict[str, list[np.ndarray]]


def packed(progress: Progress, state: State) -> Checkpoint:
    """One finished epoch as a checkpoint.

    >>> progress, state = unpacked(packed(Progress(0.1, epoch=3), {"model": [np.ones(2)]}))
    >>> progress.epoch, state["model"][0].tolist()
    (3, [1.0, 1.0])
    """
    arrays = {f"{part}-{place:04d}": array for part, held in state.items() for place, array in enumerate(held)}
    written = io.BytesIO()
    np.savez(written, **arrays, progress=np.frombuffer(json.dumps(asdict(progress)).encode(), np.uint8))  # type: ignore[arg-type]
    return Checkpoint(progress.epoch, written.getvalue(), list(progress.history))


def unpacked(checkpoint: Checkpoint) -> tuple[Progress, State]:
    """The epoch that `packed` wrote."""
    state: State = {}
    with np.load(io.BytesIO(checkpoint.model), allow_pickle=False) as archive:
        facts = json.loads(archive["progress"].tobytes())
        for name in sorted(set(archive.files) - {"progress"}):
            state.setdefault(name.split("-")[0], []).append(archive[name])
    return Progress(**{**facts, "history": tuple(facts["history"])}), state


def fit_key(facts: Any, arrays: list[np.ndarray]) -> str:
    """sha256 of a fit's settings and of every number that it learns from."""
    digest = hashlib.sha256(store.fingerprint(facts).encode())
    for array in arrays:
        digest.update(str((array.dtype.str, array.shape)).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
