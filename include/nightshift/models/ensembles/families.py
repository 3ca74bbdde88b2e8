"""Ensembles of other families: a vote, a blend and a stack, built without leakage.

Each ensemble trains its members itself, so that a vote of the night's families names them with the night's parameters:

    families:
      - {name: stack, params: {members: [{name: logistic}, {name: xgboost, params: {max_depth: 4}}]}}

What weighs the members is learned from out-of-fold scores only: every one comes from a model of earlier sessions. Validation
rows serve the members' early stopping and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from nightshift.config import Closed, known, validated
from nightshift.errors import ConfigError, Damaged, TrainingFailed
from nightshift.models import fitted
from nightshift.models.ensembles import combining
from nightshift.models.ensembles.combining import Weights
from nightshift.models.ensembles.out_of_fold import out_of_fold
from nightshift.models.family import Context, Family, Params, Task
from nightshift.models.fitted import Fitted
from nightshift.models.losses import mean_loss
from nightshift.models.single_families import SINGLE_FAMILIES
from nightshift.nouns.panel import Rows
from nightshift.storage import store

_LOG = logging.getLogger(__name__)
_FACTS = "ensemble.json"
_CHEAP: dict[Task, tuple[str, ...]] = {
    "classification": ("logistic", "xgboost", "lightgbm"),
    "regression": ("ridge", "xgboost", "lightgbm"),
}
NAMES = ("vote", "blend", "stack")


class Member(Closed):
    """One family of the ensemble, with its parameters."""

    name: str
    params: dict[str, Any] = Field(default_factory=dict)


class EnsembleParams(Params):
    """The members (none named: a linear one, XGBoost and LightGBM), and how out-of-fold scores are made."""

    members: tuple[Member, ...] = ()
    folds: int = Field(4, ge=1, le=20)
    watched_fraction: float = Field(0.15, gt=0, lt=0.5)  # of a fold's training sessions: the members' early stopping

    @model_validator(mode="after")
    def _members_are_known(self) -> EnsembleParams:
        choices = [name for name, family in SINGLE_FAMILIES.items() if not family.naive]
        for member in self.members:
            family = SINGLE_FAMILIES[known("member", member.name, choices)]
            validated(family.Params, member.params, f"the ensemble's member {member.name}")
        return self


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Fitted members and what each of them counts."""

    kind: str
    task: Task
    members: tuple[Fitted, ...]
    weights: Weights
    validate_loss: float | None = None


Learn = Callable[[Task, np.ndarray, np.ndarray], Weights]  # (task, scores (rows, members), label) -> weights


def fit(kind: str, learn: Learn | None, params: EnsembleParams, train: Rows, validate: Rows, context: Context) -> Ensemble:
    """Weigh the members by out-of-fold scores where the kind learns, then train each on all training rows."""
    members = params.members or tuple(Member(name=name) for name in _CHEAP[context.task])
    if len(members) == 1:
        raise ConfigError(expected=f"two or more members of {kind}", found=members[0].name, next_step="name more families under `members:`")
    weights = _learned(learn, params, members, train, context) if learn else combining.equal(len(members))
    final = tuple(_trained(member, train, validate, context, f"final-{place}") for place, member in enumerate(members))
    blank = Ensemble(kind, context.task, final, weights)
    if not len(validate):
        return blank
    validate_loss = mean_loss(task=context.task, label=validate.label, score=predict(blank, validate))
    context.on_step(1, {"validate_loss": validate_loss})
    return replace(blank, validate_loss=validate_loss)


def predict(ensemble: Ensemble, rows: Rows) -> np.ndarray:
    """The members' scores, combined."""
    scores = np.stack([member.predict(rows) for member in ensemble.members], axis=1)
    return combining.combined(ensemble.weights, scores)


def save(ensemble: Ensemble, folder: Path) -> None:
    """Each member in its own folder, and the weights as JSON."""
    names = [f"{place:02d}-{member.family}" for place, member in enumerate(ensemble.members)]
    for name, member in zip(names, ensemble.members, strict=True):
        (folder / name).mkdir()
        fitted.save(member, folder / name)
    weights = {"scale": ensemble.weights.scale, "weights": ensemble.weights.weights, "intercept": ensemble.weights.intercept}
    facts = {"kind": ensemble.kind, "task": ensemble.task, "members": names, "weights": weights, "validate_loss": ensemble.validate_loss}
    store.write_json(folder / _FACTS, facts)


def load(folder: Path) -> Ensemble:
    """The ensemble that `save` wrote."""
    facts = store.read_json(folder / _FACTS)
    try:
        weights = Weights(facts["weights"]["scale"], tuple(facts["weights"]["weights"]), facts["weights"]["intercept"])
        places = [folder / Path(name).name for name in facts["members"]]
        kind, task, validate_loss = facts["kind"], facts["task"], facts["validate_loss"]
    except (KeyError, TypeError):
        raise Damaged(expected=f"the facts of an ensemble in {folder / _FACTS}", found="other facts", next_step="train again") from None
    return Ensemble(kind, task, tuple(fitted.load(place, SINGLE_FAMILIES) for place in places), weights, validate_loss)


def history(ensemble: Ensemble) -> list[dict[str, float]]:
    """One entry: the validation loss and what each member counts."""
    if ensemble.validate_loss is None:
        return []
    shares = {f"weight_{member.family}": weight for member, weight in zip(ensemble.members, ensemble.weights.weights, strict=True)}
    return [{"step": 1, "validate_loss": ensemble.validate_loss, **shares}]


def _learned(learn: Learn, params: EnsembleParams, members: tuple[Member, ...], train: Rows, context: Context) -> Weights:
    def ask(learned: Rows, watched: Rows, asked: Rows, fold: int) -> np.ndarray:
        named = enumerate(members)
        models = [_trained(member, learned, watched, context, f"fold-{fold}-{place}") for place, member in named]
        return np.stack([model.predict(asked) for model in models], axis=1)

    rows, scores = out_of_fold(train, params.folds, params.watched_fraction, ask)
    return learn(context.task, scores, rows.label)


def _trained(member: Member, train: Rows, validate: Rows, context: Context, place: str) -> Fitted:
    kept = None if context.checkpoints is None else context.checkpoints / place
    try:
        model = fitted.fit(
            SINGLE_FAMILIES[member.name], member.params, train, validate, replace(context, checkpoints=kept, on_step=lambda *_: None)
        )
    except TrainingFailed as failure:
        raise TrainingFailed(
            expected=f"{failure.expected} (member {member.name}, {place})", found=failure.found, next_step=failure.next_step
        ) from None
    _LOG.info("%s: %s trained on %d rows", place, member.name, len(train))
    return model


def _warmup(params: EnsembleParams) -> int:
    reads = [
        SINGLE_FAMILIES[member.name].warmup_sessions(SINGLE_FAMILIES[member.name].Params(**member.params)) for member in params.members
    ]
    return max(reads, default=0)


def _family(kind: str, learn: Learn | None) -> Family:
    return Family(
        name=kind,
        Params=EnsembleParams,
        tasks=frozenset({"classification", "regression"}),
        fit=partial(fit, kind, learn),
        predict=predict,
        save=save,
        load=load,
        history=history,
        warmup_sessions=_warmup,
    )


FAMILIES = (_family("vote", None), _family("blend", combining.blended), _family("stack", combining.stacked))
