"""Random forest: many deep-enough trees on small samples of rows and columns, averaged; balanced over the classes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from nightshift.models.checkpoints import Checkpoint, checkpoints
from nightshift.models.family import Context, Family, Params, Task
from nightshift.models.losses import mean_loss
from nightshift.models.tabular import forest_trees
from nightshift.models.tabular.contributions import mean_absolute
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows

# Trees are grown in blocks, each with a seed of its own: a fit resumed after a block is the same as an undisturbed one.
BLOCK = 25


class RandomForestParams(Params):
    """`max_samples` keeps scikit-learn's forest affordable: each tree sees that fraction of the rows."""

    n_estimators: int = Field(200, ge=1)
    max_depth: int = Field(12, ge=1, le=32)  # an interaction without a trace in either column is found by depth alone
    min_samples_leaf: int = Field(20, ge=1)
    max_features: float = Field(0.3, gt=0, le=1)
    max_samples: float = Field(0.15, gt=0, lt=1)
    class_weight: Literal["none", "balanced"] = "balanced"


@dataclass(frozen=True, eq=False)
class Forest:
    """The trees, and the loss after each block of them."""

    trees: forest_trees.Trees
    history: list[dict[str, float]]


def fit(params: RandomForestParams, train: Rows, validate: Rows, context: Context) -> Forest:
    """Blocks of trees, the loss of their mean noted after each."""
    kept = checkpoints("random_forest", params, train, validate, context)
    start = kept.latest() or Checkpoint(0, b"", [])
    grown, history = [forest_trees.from_bytes(start.model)] if start.model else [], list(start.history)
    known, table = class_weights(params.class_weight, train.label), validate.table
    weight = row_weights(validate.label, known)
    total = forest_trees.predict(grown[0], table) * start.step if grown else np.zeros(len(table))
    for first in range(start.step, params.n_estimators, BLOCK):
        block = forest_trees.together(_block(params, train, first, context, known))
        grown = [forest_trees.together([*grown, block])]
        total += forest_trees.predict(block, table) * len(block.roots)
        done = len(grown[0].roots)
        losses = {"validate_loss": mean_loss(task=context.task, label=validate.label, score=total / done, weight=weight)}
        history.append({"step": done, **losses})
        kept.write(Checkpoint(done, forest_trees.to_bytes(grown[0]), history))
        context.on_step(done, losses)
    kept.clear()
    return Forest(grown[0], history)


def _block(params: RandomForestParams, train: Rows, first: int, context: Context, weights: tuple[float, float]) -> list[forest_trees.Trees]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    shape = params.model_dump(include={"max_depth", "min_samples_leaf", "max_features", "max_samples"})
    count = min(BLOCK, params.n_estimators - first)
    binary = context.task == "classification"
    learner = (RandomForestClassifier if binary else RandomForestRegressor)(
        n_estimators=count, random_state=context.seed + first, n_jobs=context.threads, **shape
    )
    learner.fit(train.table, train.label, sample_weight=row_weights(train.label, weights))
    return [forest_trees.grown(tree.tree_, probability=binary) for tree in learner.estimators_]


def predict(model: Forest, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    return forest_trees.predict(model.trees, rows.table)


def importance(model: Forest, rows: Rows) -> dict[str, float]:
    """Mean |change of the score at the splits on a column|, along the paths of these rows."""
    return mean_absolute(rows, forest_trees.contributions(model.trees, rows.table))


def save(model: Forest, folder: Path) -> None:
    """Plain arrays."""
    (folder / "forest.npz").write_bytes(forest_trees.to_bytes(model.trees))


def load(folder: Path) -> Forest:
    """The trees that `save` wrote."""
    return Forest(forest_trees.from_bytes((folder / "forest.npz").read_bytes()), [])


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {
        "n_estimators": trial.suggest_int("n_estimators", 50, 500, step=BLOCK),
        "max_depth": trial.suggest_int("max_depth", 3, 12),
        "min_samples_leaf": trial.suggest_int("min_samples_leaf", 5, 100, log=True),
        "max_features": trial.suggest_float("max_features", 0.1, 0.6),
        "max_samples": trial.suggest_float("max_samples", 0.1, 0.6),
    }


TASKS: frozenset[Task] = frozenset({"classification", "regression"})
FAMILY = Family(
    name="random_forest", Params=RandomForestParams, tasks=TASKS, fit=fit, predict=predict,
    save=save, load=load, space=space, history=lambda model: model.history, importance=importance,
)  # fmt: skip
