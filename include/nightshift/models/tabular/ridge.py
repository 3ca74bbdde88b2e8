"""Ridge regression: the expected return as a weighted sum of scaled columns, held back by a squared penalty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from nightshift.models.batches import in_float64
from nightshift.models.family import Context, Family, Params, Scaling
from nightshift.models.losses import mean_loss
from nightshift.models.tabular import linear
from nightshift.nouns.panel import Rows


class RidgeParams(Params):
    """`penalty_fraction` is the squared penalty as a share of the number of training rows."""

    scaling: Scaling = "standard"
    penalty_fraction: float = Field(0.01, ge=0)


def fit(params: RidgeParams, train: Rows, validate: Rows, context: Context) -> linear.Linear:
    """The closed solution of (XᵀX + n·penalty·I) w = Xᵀy on centred columns."""
    table = in_float64(train)
    middle, mean = table.mean(axis=0), float(train.label.mean())
    table -= middle
    gram = table.T @ table + len(table) * params.penalty_fraction * np.eye(table.shape[1])
    # lstsq and not solve: without a penalty, columns may repeat each other
    weights = np.linalg.lstsq(gram, table.T @ (train.label - mean), rcond=None)[0]
    model = linear.Linear(weights, mean - float(middle @ weights), probability=False, validate_loss=0.0)
    score = mean_loss(task="regression", label=validate.label, score=linear.predict(model, validate))
    context.on_step(1, {"validate_loss": score})
    return replace(model, validate_loss=score)


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {"penalty_fraction": trial.suggest_float("penalty_fraction", 1e-5, 10.0, log=True)}


FAMILY = Family(
    name="ridge", Params=RidgeParams, tasks=frozenset({"regression"}), fit=fit, predict=linear.predict,
    save=linear.save, load=linear.load, space=space, history=linear.history, importance=linear.importance,
)  # fmt: skip
