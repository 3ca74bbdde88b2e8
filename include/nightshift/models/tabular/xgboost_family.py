"""XGBoost: gradient-boosted trees on a binned matrix. `device: cuda` trains the same parameters on a GPU."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from nightshift.errors import TrainingFailed
from nightshift.models.checkpoints import Checkpoint, checkpoints
from nightshift.models.family import Context, Family, Params
from nightshift.models.tabular import external_memory
from nightshift.models.tabular.binned import binned_once
from nightshift.models.tabular.rounds import Rounds
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from xgboost import Booster, DMatrix

    Matrices = tuple[DMatrix, DMatrix]  # training and validation rows, binned alike

# Each block of rounds begins with random numbers of its own seed. XGBoost's random state cannot be saved, so this is what
# makes a fit resumed from a checkpoint bit-identical to an undisturbed one.
BLOCK = 50


class XGBoostParams(Params):
    """Shallow and regularised: daily bars are mostly noise."""

    n_estimators: int = Field(300, ge=1)
    max_depth: int = Field(4, ge=1, le=16)
    learning_rate: float = Field(0.05, gt=0, le=1)
    min_child_weight: float = Field(5.0, ge=0)
    subsample: float = Field(0.6, gt=0, le=1)
    colsample_bytree: float = Field(0.8, gt=0, le=1)
    reg_lambda: float = Field(30.0, ge=0)
    reg_alpha: float = Field(0.0, ge=0)
    gamma: float = Field(0.0, ge=0)
    max_bin: int = Field(128, ge=2, le=1024)
    early_stopping_rounds: int = Field(40, ge=0)
    class_weight: Literal["none", "balanced"] = "none"
    device: Literal["cpu", "cuda"] = "cpu"


@dataclass(frozen=True, eq=False)
class Boosted:
    """The booster cut to its best round, and the account of all rounds."""

    booster: Booster
    history: list[dict[str, float]]


def fit(params: XGBoostParams, train: Rows, validate: Rows, context: Context) -> Boosted:
    """Rounds until the validation loss stops falling, kept up to the best one."""
    import xgboost

    kept = checkpoints("xgboost", params, train, validate, context)
    start = kept.latest() or Checkpoint(0, b"", [])
    rounds, model = Rounds(params.n_estimators, params.early_stopping_rounds, context.on_step, list(start.history)), start.model
    booster = None
    try:
        matrices = _binned(train, validate, params, context)
        while booster is None or not rounds.finished:
            settings = _settings(params, context, rounds.done)
            booster = _opened(settings, matrices, model) if booster is None else _reseeded(booster, settings)
            _block(booster, matrices, rounds, context.watch_train)
            kept.write(Checkpoint(rounds.done, bytes(booster.save_raw("ubj")), rounds.history))
    except xgboost.core.XGBoostError as error:
        found = str(error).strip().splitlines()[0]
        raise TrainingFailed(
            expected="a fit of xgboost", found=found, next_step="check its parameters and, for `device: cuda`, the GPU"
        ) from None
    kept.clear()
    return Boosted(booster[: rounds.best], rounds.history)


def _opened(settings: dict[str, Any], matrices: Matrices, model: bytes) -> Booster:
    import xgboost

    booster = xgboost.Booster(settings, matrices)
    if model:
        booster.load_model(bytearray(model))
    return booster


def _reseeded(booster: Booster, settings: dict[str, Any]) -> Booster:
    """The booster as if just opened, its cached predictions kept.

    A new seed alone leaves the sampler of columns as it was; another tree method and back makes a new one.
    """
    booster.set_param({"tree_method": "approx"})
    booster.save_config()  # settings count only once somebody asks
    booster.set_param({"tree_method": settings["tree_method"], "seed": settings["seed"]})
    return booster


def _block(booster: Booster, matrices: Matrices, rounds: Rounds, watch_train: bool) -> None:
    end = (rounds.done // BLOCK + 1) * BLOCK
    watched = [(matrices[0], "train"), (matrices[1], "validate")][0 if watch_train else 1 :]
    while rounds.done < end and not rounds.finished:
        booster.update(matrices[0], rounds.done)
        rounds.add(_losses(booster.eval_set(watched, rounds.done)))


def _losses(line: str) -> dict[str, float]:
    """Losses out of '[0]\\ttrain-logloss:0.68\\tvalidate-logloss:0.69'; a root mean squared error is squared.

    >>> _losses("[0]\\ttrain-rmse:0.5\\tvalidate-rmse:0.25")
    {'train_loss': 0.25, 'validate_loss': 0.0625}
    """
    found = [entry.rsplit(":", 1) for entry in line.split("\t")[1:]]
    return {f"{name.split('-')[0]}_loss": float(value) ** (2 if name.endswith("rmse") else 1) for name, value in found}


def _settings(params: XGBoostParams, context: Context, first_round: int) -> dict[str, Any]:
    direct = (
        "max_depth",
        "learning_rate",
        "min_child_weight",
        "subsample",
        "colsample_bytree",
        "reg_lambda",
        "reg_alpha",
        "gamma",
        "max_bin",
        "device",
    )
    binary = context.task == "classification"
    return {
        **{name: getattr(params, name) for name in direct},
        "objective": "binary:logistic" if binary else "reg:squarederror",
        "eval_metric": "logloss" if binary else "rmse",
        "tree_method": "hist", "nthread": context.threads, "seed": context.seed + first_round, "verbosity": 1,
    }  # fmt: skip


def _binned(train: Rows, validate: Rows, params: XGBoostParams, context: Context) -> Matrices:
    import xgboost

    def build() -> Matrices:
        weights = class_weights(params.class_weight, train.label)
        if external_memory.needed(train, validate, context):
            lazy = external_memory.xgboost_matrix(train, row_weights(train.label, weights), context, params.max_bin)
            weight = row_weights(validate.label, weights)
            return lazy, external_memory.xgboost_matrix(validate, weight, context, params.max_bin, ref=lazy)
        names = {"nthread": context.threads, "max_bin": params.max_bin, "feature_names": list(train.panel.names)}
        first = xgboost.QuantileDMatrix(train.table, train.label, weight=row_weights(train.label, weights), **names)
        weight = row_weights(validate.label, weights)
        return first, xgboost.QuantileDMatrix(validate.table, validate.label, weight=weight, ref=first, **names)

    how = ("xgboost", params.max_bin, params.class_weight, params.device, context.memory_budget_mib)
    return binned_once(train, validate, how, context, build)


def predict(model: Boosted, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    return external_memory.in_batches(lambda batch: model.booster.inplace_predict(batch.table), rows)


def importance(model: Boosted, rows: Rows) -> dict[str, float]:
    """Mean |SHAP value| of each column, from XGBoost itself."""
    import xgboost

    shares = model.booster.predict(xgboost.DMatrix(rows.table, feature_names=list(rows.panel.names)), pred_contribs=True)
    return dict(zip(rows.panel.names, np.abs(shares[:, :-1]).mean(axis=0, dtype=np.float64).tolist(), strict=True))


def save(model: Boosted, folder: Path) -> None:
    """UBJSON."""
    model.booster.save_model(folder / "model.ubj")


def load(folder: Path) -> Boosted:
    """The booster that `save` wrote."""
    import xgboost

    return Boosted(xgboost.Booster(model_file=folder / "model.ubj"), [])


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {
        "n_estimators": trial.suggest_int("n_estimators", 50, 500),
        "max_depth": trial.suggest_int("max_depth", 3, 10),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "min_child_weight": trial.suggest_int("min_child_weight", 1, 10),
        "subsample": trial.suggest_float("subsample", 0.6, 1.0),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.6, 1.0),
    }


FAMILY = Family(
    name="xgboost", Params=XGBoostParams, tasks=frozenset({"classification", "regression"}), fit=fit, predict=predict,
    save=save, load=load, space=space, history=lambda model: model.history, importance=importance,
)  # fmt: skip
