"""Ensembles of other families: a vote, a blend and a stack, built without leakage.

Each ensemble trains its members itself, so that a vote of the night's families names them with the night's parameters:

    families:
      - {name: stack, params: {members: [{name: logistic}, {name: xgboost, params: {max_depth: 4}}]}}

What weighs the members is learned from out-of-fold scores only: every one comes from a model of earlier sessions. Validation
rows serve the members' early stopping and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from nightshift.errors import ConfigError
from nightshift.models.ensembles import combining, ensemble
from nightshift.models.ensembles.combining import Weights
from nightshift.models.ensembles.ensemble import Ensemble
from nightshift.models.ensembles.members import EnsembleParams, Member, knows_symbols, members_of, reads_market, trained, warmup_sessions
from nightshift.models.ensembles.out_of_fold import out_of_fold
from nightshift.models.family import Context, Family, Task
from nightshift.models.losses import mean_loss
from nightshift.nouns.panel import Rows

Learn = Callable[[Task, np.ndarray, np.ndarray], Weights]  # (task, scores (rows, members), label) -> weights


def fit(kind: str, learn: Learn | None, params: EnsembleParams, train: Rows, validate: Rows, context: Context) -> Ensemble:
    """Weigh the members by out-of-fold scores where the kind learns, then train each on all training rows."""
    members = members_of(params, context.task)
    if len(members) == 1:
        raise ConfigError(expected=f"two or more members of {kind}", found=members[0].name, next_step="name more families under `members:`")
    weights = _learned(learn, params, members, train, context) if learn else combining.equal(len(members))
    courses = context.course.members if context.course else (None,) * len(members)
    final = tuple(
        trained(member, train, validate, replace(context, course=course), f"final-{place}")
        for place, (member, course) in enumerate(zip(members, courses, strict=True))
    )
    blank = Ensemble(kind, context.task, final, weights)
    if not len(validate):
        return blank
    validate_loss = mean_loss(task=context.task, label=validate.label, score=ensemble.predict(blank, validate))
    context.on_step(1, {"validate_loss": validate_loss})
    return replace(blank, validate_loss=validate_loss)


def _learned(learn: Learn, params: EnsembleParams, members: tuple[Member, ...], train: Rows, context: Context) -> Weights:
    alone = replace(context, course=None)  # a fold has watched rows of its own

    def ask(learned: Rows, watched: Rows, asked: Rows, fold: int) -> np.ndarray:
        named = enumerate(members)
        models = [trained(member, learned, watched, alone, f"fold-{fold}-{place}") for place, member in named]
        return np.stack([model.predict(asked) for model in models], axis=1)

    rows, scores = out_of_fold(train, params.folds, params.watched_fraction, ask)
    return learn(context.task, scores, rows.label)


def _family(kind: str, learn: Learn | None) -> Family:
    return Family(
        name=kind,
        Params=EnsembleParams,
        tasks=frozenset({"classification", "regression"}),
        fit=partial(fit, kind, learn),
        predict=ensemble.predict,
        save=ensemble.save,
        load=ensemble.load,
        history=ensemble.history,
        course=ensemble.course,
        warmup_sessions=warmup_sessions,
        reads_market=reads_market,
        knows_symbols=knows_symbols,
    )


FAMILIES = (_family("vote", None), _family("blend", combining.blended), _family("stack", combining.stacked))
