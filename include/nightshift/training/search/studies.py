"""Where studies live, and what they say: one shared storage, so that a kill, a retry or a second machine goes on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nightshift.nouns.training import Trial
from nightshift.storage import addresses, store

if TYPE_CHECKING:
    import optuna


def storage(market: str) -> optuna.storages.BaseStorage:
    """SQLite in the market's folder; any database that NIGHTSHIFT_STUDIES_URI names (PostgreSQL on a cluster)."""
    import optuna

    place = store.path(addresses.studies(market))
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


def finished_trials(study: optuna.Study) -> tuple[Trial, ...]:
    """Every trial that has ended, in whatever way, in order."""
    return tuple(_trial(trial) for trial in study.get_trials(deepcopy=False) if trial.state.is_finished())


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """The completed trial of the least loss; among equal ones the smaller model, then the earlier trial.

    >>> whole = {"seconds": 1.0, "steps": None, "params": {}, "error": None}
    >>> first = Trial(number=0, state="pruned", loss=0.1, size_bytes=1, **whole)
    >>> best_of([first, Trial(number=1, state="complete", loss=0.5, size_bytes=9, **whole)]).number
    1
    """
    done = [trial for trial in trials if trial.state == "complete" and trial.loss is not None]
    return min(done, key=lambda trial: (float(trial.loss or 0.0), trial.size_bytes or 0, trial.number), default=None)


def failed_in_a_row(trials: Sequence[Trial]) -> int:
    """How many of the newest finished trials failed without one that did not in between."""
    count = 0
    for trial in sorted(trials, key=lambda one: one.number, reverse=True):
        if trial.state != "fail":
            break
        count += 1
    return count


def _trial(found: optuna.trial.FrozenTrial) -> Trial:
    values, told = list(found.values or []), found.user_attrs
    return Trial(
        number=found.number,
        state=found.state.name.lower(),
        loss=values[0] if values else None,
        size_bytes=int(values[1]) if len(values) > 1 else told.get("size_bytes"),
        seconds=found.duration.total_seconds() if found.duration else None,
        steps=told.get("steps", max(found.intermediate_values, default=None)),
        params=told.get("params", found.params),
        error=told.get("error"),
    )
