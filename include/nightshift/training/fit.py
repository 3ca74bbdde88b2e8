"""One family of one night: material in, a fitted model and its scores out. What the stage `train` calls."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np

from nightshift import models
from nightshift.errors import TrainingFailed
from nightshift.models import Fitted
from nightshift.nouns.panel import Panel, Rows, rows_of, seen_until
from nightshift.nouns.scores import Scores
from nightshift.nouns.training import Searched, TrainingRecord
from nightshift.storage import store
from nightshift.storage.night import Night, night_of
from nightshift.training import learning_material, search, skipping
from nightshift.training.search import outputs

LOG = logging.getLogger("nightshift")
SCORED = ("validate", "test", "latest")  # latest: sessions whose outcome is not known yet


def train(night: Night, family: str, folder: Path) -> None:
    """Write `model/`, the scores, the record and, after a search, `search/`.

    A family that was trained a short while ago is taken over instead.
    """
    where, reason = skipping.earlier(night, family)
    if reason:
        LOG.info("%s: %s", family, reason)
        skipping.reuse(night, where, reason, folder)
        return
    began = time.perf_counter()
    kept, parts = _parts(night)
    train_rows, validate_rows, context = learning_material.learning_material(night, family)
    found = searched(night, family)
    with _blas_threads(context.threads):
        fitted = models.fit(family, found.params if found else night.params(family), train_rows, validate_rows, context)
        said = _said(fitted, kept, parts)
    models.save(fitted, folder / "model")
    if found and found.trials:
        outputs.write(night.market.market, found.study.study, found.params, folder / "search")
    said.write(folder)
    rows, seconds = {"train": len(train_rows), **{part: len(rows) for part, rows in parts.items()}}, time.perf_counter() - began
    _record(
        night, family, key=skipping.training_key(night, family), trained_as_of=night.as_of.isoformat(),
        learned_until=seen_until(train_rows, validate_rows), params=fitted.params.model_dump(mode="json"),
        rows=rows, columns=fitted.preparation.kept, history=fitted.history,
        trials=found.trials if found else (), search=found.study if found else None, seconds=seconds,
    ).write(folder)  # fmt: skip
    shutil.rmtree(learning_material.checkpoints(night, family), ignore_errors=True)
    LOG.info("%s: trained on %d rows in %.1f s", family, rows["train"], seconds)


def searched(night: Night, family: str) -> Searched | None:
    """What a search found; None where none was asked for, and a rule has nothing to search: the parameters given are trained with."""
    naive = models.FAMILIES[family].naive
    return search.search(night, family, night.trials) if night.trials and not naive else None


def record_failure(night: Night, family: str, error: TrainingFailed, folder: Path) -> None:
    """A record that says why the family is out tonight, and what it was to be trained with; no half-made model beside it."""
    shutil.rmtree(folder / "model", ignore_errors=True)
    (folder / Scores.FILE).unlink(missing_ok=True)
    LOG.warning("%s is out tonight: %s", family, error)
    _record(night, family, failed=str(error), params=night.params(family)).write(folder)


def give_up(kept: str, family: str, error: TrainingFailed) -> str:
    """The address of a family whose training process died: out tonight, with the reason."""
    night = night_of(kept)
    return store.write(night.stage("models", family), lambda folder: record_failure(night, family, error, folder))


def _parts(night: Night) -> tuple[Panel, dict[str, Rows]]:
    from nightshift.data import columns

    where = night.columns
    panel, split = columns.load_panel(where), columns.load_split(where)
    return panel, {part: rows_of(panel, getattr(split, part), labelled=False) for part in SCORED}


def _scores(fitted: Fitted, rows: Rows) -> np.ndarray:
    """One score a row; a score that is not a number fails the family, naming symbol and session."""
    scores = fitted.predict(rows)
    broken = np.flatnonzero(~np.isfinite(scores))
    if len(broken):
        first = broken[0]
        where = f"{rows.panel.symbols[rows.symbol[first]]} on {rows.panel.sessions[rows.session[first]]}"
        found = f"{len(broken)} that are not numbers, the first for {where}"
        raise TrainingFailed(
            expected=f"{len(scores)} finite scores of {fitted.family}",
            found=found,
            next_step="check its parameters and the columns of that session",
        )
    return scores


def _said(fitted: Fitted, panel: Panel, parts: dict[str, Rows]) -> Scores:
    """What the model says about every part, each asked as a whole."""
    symbol, session = (np.concatenate([getattr(rows, axis) for rows in parts.values()]) for axis in ("symbol", "session"))
    part = np.repeat(list(parts), [len(rows) for rows in parts.values()])
    return Scores(Rows(panel, symbol, session), part, np.concatenate([_scores(fitted, rows) for rows in parts.values()]))


def _record(night: Night, family: str, **found: Any) -> TrainingRecord:
    market = night.market
    return TrainingRecord(
        family=family, task=market.label.task, snapshot=night.snapshot, as_of=night.as_of.isoformat(),
        seed=market.execution.seed, threads=market.execution.threads, **found,
    )  # fmt: skip


def _blas_threads(threads: int) -> Any:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(threads, user_api="blas")
