"""Where studies live, and what they say: one shared storage, so that a kill, a retry or a second machine goes on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nightshift.storage import store

if TYPE_CHECKING:
    import optuna


def storage(market: str) -> optuna.storages.BaseStorage:
    """SQLite in the market's folder; any database that NIGHTSHIFT_STUDIES_URI names (PostgreSQL on a cluster)."""
    import optuna

    place = store.path(f"{market}/studies")
    place.mkdir(parents=True, exist_ok=True)
    uri = os.environ.get("NIGHTSHIFT_STUDIES_URI") or f"sqlite:///{place / 'studies.sqlite'}"
    engine = {"connect_args": {"timeout": 60}} if uri.startswith("sqlite") else {"pool_pre_ping": True}
    return optuna.storages.RDBStorage(uri, engine_kwargs=engine)


def open_study(market: str, name: str, strategy: str, pruner: optuna.pruners.BasePruner) -> optuna.Study:
    """The study of this name, made on first use; quality is minimised, and size too where the strategy weighs both."""
    import optuna

    from nightshift.training.search import strategies

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    many = strategy in strategies.MULTI_OBJECTIVE
    return optuna.create_study(
        storage=storage(market),
        study_name=name,
        load_if_exists=True,
        pruner=optuna.pruners.NopPruner() if many else pruner,
        directions=["minimize", "minimize"] if many else ["minimize"],
    )


def trials_table(study: optuna.Study) -> list[dict[str, Any]]:
    """One row per finished trial: number, state, value, size, seconds, steps, parameters, why it failed."""
    rows = []
    for trial in study.get_trials(deepcopy=False):
        if not trial.state.is_finished():
            continue
        values = list(trial.values or [])
        rows.append(
            {
                "number": trial.number,
                "state": trial.state.name.lower(),
                "loss": values[0] if values else None,
                "size_bytes": values[1] if len(values) > 1 else trial.user_attrs.get("size_bytes"),
                "seconds": trial.duration.total_seconds() if trial.duration else None,
                "steps": trial.user_attrs.get("steps", max(trial.intermediate_values, default=None)),
                "params": trial.user_attrs.get("params", trial.params),
                "error": trial.user_attrs.get("error"),
            }
        )
    return rows


def finished(study: optuna.Study) -> int:
    """How many trials of the study have ended, in whatever way."""
    return sum(t.state.is_finished() for t in study.get_trials(deepcopy=False))


def best_row(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The completed trial of the least loss; among equal ones the smaller model, then the earlier trial.

    >>> rows = [
    ...     {"number": 0, "state": "pruned", "loss": 0.1, "size_bytes": 1},
    ...     {"number": 1, "state": "complete", "loss": 0.5, "size_bytes": 9},
    ... ]
    >>> best_row(rows)["number"]
    1
    """
    done = [row for row in rows if row["state"] == "complete" and row["loss"] is not None]
    return min(done, key=lambda row: (row["loss"], row["size_bytes"] or 0, row["number"]), default=None)


def failed_in_a_row(rows: list[dict[str, Any]]) -> int:
    """How many of the newest finished trials failed without one that did not in between."""
    count = 0
    for row in sorted(rows, key=lambda r: r["number"], reverse=True):
        if row["state"] != "fail":
            break
        count += 1
    return count
