"""Releases of every file format, damaged at random places: what is refused, by whom, and whether a native loader saw a byte.

Two questions. A file damaged on the disk, its manifest as it was: refused by checksums, with every loader made to raise. A file
damaged by somebody who sealed the folder again: the checksums are right, so the throw-away process of the first load takes the crash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from nightshift import models
from nightshift.errors import Damaged, NightshiftError
from nightshift.models import Context
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.scores import Scores
from nightshift.release import deployment, probe, sample
from nightshift.storage import store

HARMS = ("cut", "flipped", "zeroed")
_BLOCK_BYTES = 512
# Family -> its smallest parameters; each writes another native format.
FAMILIES: Mapping[str, dict[str, Any]] = {
    "logistic": {},
    "arima": {"max_order": 1, "fit_sessions": 120},
    "random_forest": {"n_estimators": 10, "max_depth": 4},
    "xgboost": {"n_estimators": 10},
    "lightgbm": {"n_estimators": 10},
    "catboost": {"n_estimators": 10},
    "mlp": {"units": (4,), "epochs": 1},
}
_LOADERS = (
    "nightshift.models.load", "nightshift.models.model_files.load", "nightshift.models.neural.keras_files.load_network", "numpy.load",
    "xgboost.Booster", "lightgbm.Booster", "catboost.CatBoost",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One file of one family's release."""

    family: str
    file: str
    damaged: int
    refused: int  # by checksums, before any loader
    resealed: int = 0
    crashed: int = 0  # the throw-away process died of a signal, or was stopped
    complained: int = 0  # it refused in words
    differed: int = 0  # it answered its sample otherwise than in training, which is refused too
    same: int = 0  # it answered as in training: the bytes decide nothing


def small_release(family: str, params: dict[str, Any]) -> str:
    """A sealed release folder of a family fitted on a made-up market, with its own sample; its address."""
    panel = _panel()
    parts = [rows_of(panel, np.arange(*span)) for span in ((0, 200), (201, 250), (251, 299))]
    fitted = models.fit(family, params, parts[0], parts[1], Context("classification", seed=1, threads=1))

    def fill(folder: Path) -> None:
        models.save(fitted, folder / "model")
        trained = Scores(parts[2], np.full(len(parts[2]), "test"), fitted.predict(parts[2]))
        sample.write(folder / sample.FILE, trained, fitted.by.warmup_sessions(fitted.params))

    return store.write(f"damage/releases/{family.replace('_', '-')}", fill)


def files_of(release: str) -> tuple[Path, ...]:
    """Everything that a loader reads: the model's files and the sample."""
    folder = store.path(release)
    return tuple(sorted(file for file in folder.rglob("*") if file.is_file() and file.name != store.SEAL))


def before_any_loader(release: str, file: Path, each: int, random: np.random.Generator) -> tuple[int, int]:
    """How many damaged states of a file were tried, and how many were refused before any loader was called."""
    damaged = refused = 0
    whole = file.read_bytes()
    with _no_loader():
        for harm in HARMS * each:
            broken = harmed(whole, harm, random)
            if broken == whole:  # zeros that were zeros before
                continue
            file.write_bytes(broken)
            damaged += 1
            try:
                probe.first_load(release)
            except Damaged as said:
                refused += f"{file.name} as it was sealed" in str(said)
    file.write_bytes(whole)
    return damaged, refused


def sealed_again(release: str, file: Path, each: int, random: np.random.Generator) -> dict[str, int]:
    """What came of a file whose damage was sealed: asked of the throw-away process that loads it first. This process goes on."""
    whole, folder = file.read_bytes(), store.path(release)
    counts = dict.fromkeys(("resealed", "crashed", "complained", "differed", "same"), 0)
    for harm in HARMS * each:
        broken = harmed(whole, harm, random)
        if broken != whole:
            file.write_bytes(broken)
            store._seal(folder)
            counts["resealed"] += 1
            counts[_first_loaded(release)] += 1
    file.write_bytes(whole)
    store._seal(folder)
    return counts


def harmed(whole: bytes, harm: str, random: np.random.Generator) -> bytes:
    """The bytes cut somewhere, with one bit turned, or with a block of zeros."""
    place = int(random.integers(len(whole)))
    if harm == "cut":
        return whole[:place]
    if harm == "flipped":
        return whole[:place] + bytes([whole[place] ^ (1 << int(random.integers(8)))]) + whole[place + 1 :]
    return whole[:place] + b"\0" * min(_BLOCK_BYTES, len(whole) - place) + whole[place + _BLOCK_BYTES :]


def _first_loaded(release: str) -> str:
    try:
        compared = deployment.first_load(release)
    except NightshiftError as failure:
        return "crashed" if "was killed by" in str(failure) or "was stopped" in str(failure) else "complained"
    return "same" if compared.equal else "differed"


@contextmanager
def _no_loader() -> Iterator[None]:
    """Every loader of this process raises: whoever reaches one fails the count."""
    with ExitStack() as patched:
        for loader in _LOADERS:
            patched.enter_context(mock.patch(loader, side_effect=AssertionError(f"{loader} was called on damaged bytes")))
        yield


def _panel() -> Panel:
    """Five symbols whose return follows their last one."""
    random = np.random.default_rng(3)
    returns = random.normal(0, 0.01, (5, 300))
    for at in range(1, 300):
        returns[:, at] += 0.6 * returns[:, at - 1]
    values = np.stack([returns, random.normal(0, 1, returns.shape)], axis=2).astype(np.float32)
    label = np.append((returns[:, 1:] > 0).astype(float), np.full((5, 1), np.nan), axis=1)
    days = np.datetime64("2025-01-01") + np.arange(300)
    return Panel(tuple(f"S{place}" for place in range(5)), days, ("log_return_1", "noise"), values, label, 1)
