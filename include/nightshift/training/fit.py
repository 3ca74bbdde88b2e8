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
from nightshift.nouns.panel import Panel, Rows, rows_of
from nightshift.nouns.scores import Scores
from nightshift.storage import store
from nightshift.storage.night import Night
from nightshift.training import material, skipping

LOG = logging.getLogger("nightshift")
SCORED = ("validate", "test", "latest")  # latest: sessions whose outcome is not known yet


def train(night: Night, family: str, folder: Path) -> None:
    """Write `model/`, `scores.parquet`, `training.json` and, after a search, `search/`.

    A family that was trained a short while ago is taken over instead.
    """
    where, reason = skipping.earlier(night, family)
    if reason:
        LOG.info("%s: %s", family, reason)
        skipping.reuse(night, where, reason, folder)
        return
    began = time.perf_counter()
    kept, parts = _parts(night)
    train_rows, validate_rows, context = material.learning_material(night, family)
    params, searched = best_params(night, family)
    with _blas_threads(context.threads):
        fitted = models.fit(family, params, train_rows, validate_rows, context)
        said = _said(fitted, kept, parts)
    models.save(fitted, folder / "model")
    if searched["trials"]:
        _write_study(night, params, searched["search"]["study"], folder / "search")
    said.write(folder)
    rows = {"train": len(train_rows), **{part: len(rows) for part, rows in parts.items()}}
    facts = _facts(night, family) | {"params": fitted.params.model_dump(mode="json"), "rows": rows, "history": fitted.history, **searched}
    seconds = time.perf_counter() - began
    store.write_json(folder / "training.json", facts | {"columns": fitted.preparation.kept, "seconds": seconds})
    shutil.rmtree(material.checkpoints(night, family), ignore_errors=True)
    LOG.info("%s: trained on %d rows in %.1f s", family, rows["train"], seconds)


def best_params(night: Night, family: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters to train with, and the facts of their search (`trials` is empty when nothing was searched)."""
    if not night.trials or models.FAMILIES[family].naive:
        return night.params(family), {"trials": []}
    from nightshift.training import search

    params, study = search.search(night, family, night.trials)
    return params, {"trials": study.get("trials", []), "search": {name: fact for name, fact in study.items() if name != "trials"}}


def record_failure(folder: Path, family: str, error: TrainingFailed) -> None:
    """A `training.json` that says why the family is out tonight, and nothing else."""
    shutil.rmtree(folder / "model", ignore_errors=True)
    (folder / Scores.FILE).unlink(missing_ok=True)
    LOG.warning("%s is out tonight: %s", family, error)
    nothing: dict[str, Any] = {"params": {}, "rows": {}, "history": [], "trials": [], "seconds": None, "seed": None, "threads": None}
    store.write_json(folder / "training.json", {"family": family, "failed": str(error), **nothing})


def give_up(kept: str, family: str, error: TrainingFailed) -> str:
    """The address of a family whose training process died: out tonight, with the reason."""
    from nightshift.storage.night import night_of

    return store.write(night_of(kept).stage("models", family), lambda folder: record_failure(folder, family, error))


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


def _write_study(night: Night, params: dict[str, Any], study: str, folder: Path) -> None:
    from nightshift.training.search import outputs

    outputs.write(night.market.market, study, params, folder)


def _facts(night: Night, family: str) -> dict[str, Any]:
    market, as_of = night.market, night.as_of.isoformat()
    return {
        "family": family, "failed": None, "skipped": "", "task": market.label.task, "seed": market.execution.seed,
        "threads": market.execution.threads, "key": skipping.training_key(night, family), "snapshot": night.snapshot,
        "as_of": as_of, "trained_as_of": as_of,
    }  # fmt: skip


def _blas_threads(threads: int) -> Any:
    from threadpoolctl import threadpool_limits

    return threadpool_limits(threads, user_api="blas")
