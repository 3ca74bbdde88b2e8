"""One family of one night: material in, a fitted model and its scores out. What the stage `train` calls."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from typing import Any

from nightshift import models
from nightshift.errors import TrainingFailed
from nightshift.nouns.panel import seen_until
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import Searched, TrainingRecord
from nightshift.nouns.walk_record import WalkRecord
from nightshift.storage import store
from nightshift.storage.night import Night, night_of
from nightshift.training import learning_material, making, proven, search, skipping
from nightshift.training.search import outputs

LOG = logging.getLogger("nightshift")
SCORED = ("validate", "test", "latest")  # latest: sessions whose outcome is not known yet


def train(night: Night, family: str, folder: Path) -> None:
    """Write `model/`, the scores, the record, after a search `search/`, and where a recipe was proven its walk.

    A family that was trained a short while ago is taken over instead.
    """
    where, reason = skipping.earlier(night, family)
    if reason:
        LOG.info("%s: %s", family, reason)
        skipping.reuse(night, where, reason, folder)
        return
    began = time.perf_counter()
    found = searched(night, family)
    params = found.params if found else night.params(family)
    with blas_threads(night.market.execution.threads):
        made = making.made(night, family, params)
    keep(made, folder)
    if found and found.trials:
        outputs.write(night.market.market, found.study.study, found.params, folder / "search")
    rows = {"train": len(made.learned[0]), **{part: int((made.said.part == part).sum()) for part in SCORED}}
    _record(
        night, family, key=skipping.training_key(night, family), trained_as_of=night.as_of.isoformat(),
        learned_until=seen_until(*made.learned), params=made.fitted.params.model_dump(mode="json"),
        rows=rows, columns=made.fitted.preparation.kept, history=made.history,
        trials=found.trials if found else (), search=found.study if found else None, seconds=time.perf_counter() - began,
    ).write(folder)  # fmt: skip
    shutil.rmtree(learning_material.checkpoints(night, family), ignore_errors=True)
    LOG.info("%s: trained on %d rows in %.1f s", family, rows["train"], time.perf_counter() - began)


def keep(made: making.Made, folder: Path) -> None:
    """What was fitted and what it is judged by, into a family's folder."""
    models.save(made.fitted, folder / "model")
    made.said.write(folder)
    if made.walk:
        proven.keep(made.refits, made.walk, folder)
        own = folder / Scores.OF_MODEL
        own.mkdir()
        made.own.write(own)


def searched(night: Night, family: str) -> Searched | None:
    """What a search found; None where none was asked for, and a rule has nothing to search: the parameters given are trained with."""
    naive = models.FAMILIES[family].naive
    return search.search(night, family, night.trials) if night.trials and not naive else None


def record_failure(night: Night, family: str, error: TrainingFailed, folder: Path) -> None:
    """A record that says why the family is out tonight, and what it was to be trained with; no half-made model beside it."""
    for place in ("model", proven.FOLDER, Scores.OF_MODEL):
        shutil.rmtree(folder / place, ignore_errors=True)
    for file in (Scores.FILE, WalkRecord.FILE):
        (folder / file).unlink(missing_ok=True)
    LOG.warning("%s is out tonight: %s", family, error)
    _record(night, family, failed=str(error), params=night.params(family)).write(folder)


def give_up(kept: str, family: str, error: TrainingFailed) -> str:
    """The address of a family whose training process died: out tonight, with the reason."""
    night = night_of(kept)
    return store.write(night.stage("models", family), lambda folder: record_failure(night, family, error, folder))


def _record(night: Night, family: str, **found: Any) -> TrainingRecord:
    market = night.market
    return TrainingRecord(
        family=family, task=market.label.task, snapshot=night.snapshot, as_of=night.as_of.isoformat(),
        seed=market.execution.seed, threads=market.execution.threads, **found,
    )  # fmt: skip


def blas_threads(threads: int) -> Any:
    """While it is entered, matrix libraries use so many threads."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(threads, user_api="blas")
