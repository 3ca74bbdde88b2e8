"""A fitted model on disk: its own facts, its preparation, and the family's native files; no pickle anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nightshift.config import known, validated
from nightshift.errors import Damaged
from nightshift.models import preparation
from nightshift.models.family import Family
from nightshift.models.fitted import Fitted
from nightshift.storage import store

SCHEMA = 1
# Native formats only. Everything that could run code while it is read (pickle, joblib, HDF5 with lambdas…) stays outside.
ALLOWED = frozenset({".json", ".ubj", ".txt", ".cbm", ".npz", ".keras"})


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
