"""What an ensemble is made of: which families with which parameters, and how one of them is trained."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from pydantic import Field, model_validator

from nightshift.config import Closed, known, validated
from nightshift.errors import TrainingFailed
from nightshift.models import fitted
from nightshift.models.family import Context, Family, Params, Task
from nightshift.models.fitted import Fitted
from nightshift.models.single_families import SINGLE_FAMILIES
from nightshift.nouns.panel import Rows

_LOG = logging.getLogger(__name__)
_CHEAP: dict[Task, tuple[str, ...]] = {
    "classification": ("logistic", "xgboost", "lightgbm"),
    "regression": ("ridge", "xgboost", "lightgbm"),
}


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


def members_of(params: EnsembleParams, task: Task) -> tuple[Member, ...]:
    """The members that were named, or the cheap ones of this task."""
    return params.members or tuple(Member(name=name) for name in _CHEAP[task])


def trained(member: Member, train: Rows, validate: Rows, context: Context, place: str) -> Fitted:
    """One member, with checkpoints of its own; `place` tells it from the others of one fit."""
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


def warmup_sessions(params: EnsembleParams) -> int:
    """What the member that reads furthest back reads besides the row itself."""
    reads = [
        SINGLE_FAMILIES[member.name].warmup_sessions(SINGLE_FAMILIES[member.name].Params(**member.params)) for member in params.members
    ]
    return max(reads, default=0)


def reads_market(params: EnsembleParams) -> bool:
    """Whether a member's answer looks at the other symbols."""
    return any(family.reads_market(chosen) for family, chosen in _families(params))


def knows_symbols(params: EnsembleParams) -> bool:
    """Whether a member learned something of every symbol by its name."""
    return any(family.knows_symbols(chosen) for family, chosen in _families(params))


def _families(params: EnsembleParams) -> list[tuple[Family, Params]]:
    there = [(SINGLE_FAMILIES[member.name], member.params) for member in params.members]
    return [(family, family.Params(**chosen)) for family, chosen in there]
