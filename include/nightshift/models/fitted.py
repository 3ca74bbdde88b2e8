"""A fitted family together with the preparation it learned: what is saved, loaded and asked for scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nightshift.config import known, validated
from nightshift.errors import ConfigError, Damaged, TrainingFailed
from nightshift.models import preparation
from nightshift.models.family import Context, Family, Params, Task
from nightshift.nouns.panel import Rows
from nightshift.storage import store

SCHEMA = 1
# Native formats only. Everything that could run code while it is read (pickle, joblib, HDF5 with lambdas…) stays outside.
ALLOWED = frozenset({".json", ".ubj", ".txt", ".cbm", ".npz", ".keras"})
MIN_TRAIN_ROWS = 50
MIN_VALIDATE_ROWS = 10


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model that may be asked: its family, parameters, what it learned, and the columns it expects."""

    by: Family  # whose verbs fitted it
    params: Params
    preparation: preparation.Preparation
    native: Any  # what the family's own `fit` returned
    task: Task
    columns: tuple[str, ...]  # of the panel it was fitted on, before selection

    @property
    def family(self) -> str:
        """The family's name."""
        return self.by.name

    def predict(self, rows: Rows) -> np.ndarray:
        """One float64 score a row: P(label = 1) for classification, the expected return for regression."""
        scores = np.asarray(self.by.predict(self.native, self.preparation.apply(rows)), dtype=np.float64)
        if scores.shape != (len(rows),):
            raise TrainingFailed(
                expected=f"{len(rows)} scores of {self.family}", found=f"an array of shape {scores.shape}", next_step="correct the family"
            )
        return scores

    def importance(self, rows: Rows) -> dict[str, float]:
        """Mean absolute contribution to the score per column, on these rows; empty when the family has no such account."""
        native = self.by.importance
        return {} if native is None else native(self.native, self.preparation.apply(rows))

    @property
    def history(self) -> list[dict[str, float]]:
        """One entry per epoch or round of the fit; empty for families that learn in one go, and after loading."""
        return self.by.history(self.native)

    @property
    def warmup_sessions(self) -> int:
        """Sessions before a row that this model reads besides the row itself."""
        return self.by.warmup_sessions(self.params)


def fit(family: Family, params: dict[str, Any], train: Rows, validate: Rows, context: Context) -> Fitted:
    """Learn scaling and selection on the training rows alone, then the family on the prepared rows.

    Validation rows are for early stopping and pruning only.
    """
    chosen = validated(family.Params, params, f"the parameters of {family.name}")
    if context.task not in family.tasks:
        fitting = ", ".join(sorted(family.tasks))
        raise ConfigError(
            expected=f"a family for {context.task}",
            found=f"{family.name}, which is for {fitting}",
            next_step="choose another family or label",
        )
    check_labels(family.name, "training", train.label, context.task, MIN_TRAIN_ROWS)
    check_labels(family.name, "validation", validate.label, context.task, MIN_VALIDATE_ROWS)
    learned = preparation.learn(chosen, train, context)
    prepared = learned.apply(train)
    native = family.fit(chosen, prepared, learned.apply(validate, like=(train, prepared)), context)
    return Fitted(family, chosen, learned, native, context.task, train.panel.names)


def check_labels(family: str, part: str, label: np.ndarray, task: Task, least: int) -> None:
    """Raise `TrainingFailed` unless these outcomes can be learned from: enough, all known, and more than one class."""
    unknown = int((~np.isfinite(label)).sum())
    if unknown:
        raise TrainingFailed(
            expected=f"known labels on every {part} row of {family}",
            found=f"{unknown} of {len(label)} are NaN",
            next_step="ask for labelled rows only",
        )
    if len(label) < least:
        raise TrainingFailed(
            expected=f"{least} or more {part} rows for {family}",
            found=str(len(label)),
            next_step="use more symbols, a longer history, or columns with less warm-up",
        )
    classes = np.unique(label) if task == "classification" else np.empty(0)
    if not np.isin(classes, (0.0, 1.0)).all():
        raise TrainingFailed(
            expected=f"labels 0 and 1 on the {part} rows of {family}",
            found=str(classes[:5].tolist()),
            next_step="choose a classification label",
        )
    if len(classes) == 1 and part == "training":
        raise TrainingFailed(
            expected=f"both classes on the training rows of {family}",
            found=f"only {classes[0]:g} on {len(label)} rows",
            next_step="use a longer history or another label",
        )


def save(fitted: Fitted, folder: Path) -> None:
    """Write `model.json`, `preparation.json` and the family's own files below `native/`; no pickle anywhere."""
    native = folder / "native"
    native.mkdir(parents=True, exist_ok=True)
    fitted.by.save(fitted.native, native)
    store.write_json(folder / "preparation.json", fitted.preparation.facts())
    facts = {
        "schema": SCHEMA,
        "family": fitted.family,
        "task": fitted.task,
        "columns": fitted.columns,
        "params": fitted.params.model_dump(mode="json"),
    }
    store.write_json(folder / "model.json", facts)


def load(folder: Path, families: Mapping[str, Family]) -> Fitted:
    """A saved model. Verify the folder's checksums first (`store.open_folder`): native readers crash on damaged bytes."""
    facts = _checked(folder)
    family = families[known("family", facts["family"], families)]
    return Fitted(
        by=family,
        params=validated(family.Params, facts["params"], str(folder / "model.json")),
        preparation=preparation.from_facts(store.read_json(folder / "preparation.json")),
        native=family.load(folder / "native"),
        task=facts["task"],
        columns=tuple(facts["columns"]),
    )


def _checked(folder: Path) -> dict[str, Any]:
    if not (folder / "model.json").is_file():
        raise Damaged(
            expected=f"model.json in {folder}", found="none", next_step="train the family again, or restore the folder from a copy"
        )
    foreign = sorted(f.name for f in (folder / "native").rglob("*") if f.is_file() and f.suffix not in ALLOWED)
    if foreign:
        raise Damaged(
            expected=f"only {', '.join(sorted(ALLOWED))} in {folder}",
            found=", ".join(foreign),
            next_step="do not load it: this file was not written by nightshift",
        )
    facts = store.read_json(folder / "model.json")
    missing = sorted({"schema", "family", "task", "columns", "params"} - facts.keys())
    if missing or facts["schema"] != SCHEMA:
        raise Damaged(
            expected=f"model.json of schema {SCHEMA}",
            found=f"schema {facts.get('schema')}, missing {missing}",
            next_step="train the family again",
        )
    return facts
