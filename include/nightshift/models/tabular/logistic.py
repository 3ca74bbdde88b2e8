"""Logistic regression: the chance of a rise as a weighted sum of scaled columns. The first model to believe."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from nightshift.errors import TrainingFailed
from nightshift.models.batches import in_float64
from nightshift.models.family import Context, Family, Params, Scaling
from nightshift.models.losses import mean_loss
from nightshift.models.tabular import linear
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows


class LogisticParams(Params):
    """`inverse_penalty` is scikit-learn's C: smaller is more regularised; `l1_ratio` 0 is ridge, 1 is lasso."""

    scaling: Scaling = "standard"
    inverse_penalty: float = Field(0.01, gt=0)
    l1_ratio: float = Field(0.0, ge=0, le=1)
    max_iterations: int = Field(500, ge=10)
    class_weight: Literal["none", "balanced"] = "none"


def fit(params: LogisticParams, train: Rows, validate: Rows, context: Context) -> linear.Linear:
    """scikit-learn's solution, kept as numbers."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    learner = LogisticRegression(
        C=params.inverse_penalty, l1_ratio=params.l1_ratio, solver="lbfgs" if params.l1_ratio == 0 else "saga",
        max_iter=params.max_iterations, random_state=context.seed,
    )  # fmt: skip
    weights = class_weights(params.class_weight, train.label)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            learner.fit(in_float64(train), train.label, sample_weight=row_weights(train.label, weights))
        except ConvergenceWarning:
            found = f"none after {params.max_iterations} iterations"
            raise TrainingFailed(
                expected="a solution of the logistic regression", found=found, next_step="raise max_iterations, or use scaling: standard"
            ) from None
    model = linear.Linear(learner.coef_[0].copy(), float(learner.intercept_[0]), probability=True, validate_loss=0.0)
    score = mean_loss(
        task="classification", label=validate.label, score=linear.predict(model, validate), weight=row_weights(validate.label, weights)
    )
    context.on_step(1, {"validate_loss": score})
    return replace(model, validate_loss=score)


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {
        "inverse_penalty": trial.suggest_float("inverse_penalty", 1e-4, 10.0, log=True),
        "l1_ratio": trial.suggest_float("l1_ratio", 0.0, 1.0, step=0.5),
    }


FAMILY = Family(
    name="logistic", Params=LogisticParams, tasks=frozenset({"classification"}), fit=fit, predict=linear.predict,
    save=linear.save, load=linear.load, space=space, history=linear.history, importance=linear.importance,
)  # fmt: skip
