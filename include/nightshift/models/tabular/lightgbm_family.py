"""LightGBM: gradient-boosted trees grown leaf by leaf; kept as its own text format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from nightshift.errors import TrainingFailed
from nightshift.models.checkpoints import Checkpoint, Checkpoints, checkpoints
from nightshift.models.family import Context, Family, Params
from nightshift.models.tabular import external_memory
from nightshift.models.tabular.binned import binned_once
from nightshift.models.tabular.rounds import Rounds
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from lightgbm import Booster, Dataset

CHECKPOINT_EVERY = 50


class LightGBMParams(Params):
    """Few leaves, each with many rows: daily bars are mostly noise."""

    n_estimators: int = Field(500, ge=1)
    num_leaves: int = Field(15, ge=2, le=1024)
    max_depth: int = Field(5, ge=-1, le=32)
    learning_rate: float = Field(0.05, gt=0, le=1)
    min_child_samples: int = Field(100, ge=1)
    min_child_weight: float = Field(1e-3, ge=0)
    subsample: float = Field(0.6, gt=0, le=1)
    colsample_bytree: float = Field(0.8, gt=0, le=1)
    reg_lambda: float = Field(5.0, ge=0)
    reg_alpha: float = Field(0.0, ge=0)
    max_bin: int = Field(127, ge=2, le=255)
    early_stopping_rounds: int = Field(40, ge=0)
    class_weight: Literal["none", "balanced"] = "none"
    device: Literal["cpu", "gpu", "cuda"] = "cpu"  # gpu and cuda need a LightGBM that was built for them


@dataclass(frozen=True, eq=False)
class Boosted:
    """The booster's text up to its best round, read back; and the account of all rounds."""

    booster: Booster
    history: list[dict[str, float]]


def fit(params: LightGBMParams, train: Rows, validate: Rows, context: Context) -> Boosted:
    """Rounds until the validation loss stops falling, kept up to the best one."""
    import lightgbm

    kept = checkpoints("lightgbm", params, train, validate, context)
    start = kept.latest() or Checkpoint(0, b"", [])
    rounds = Rounds(params.n_estimators, params.early_stopping_rounds, context.on_step, list(start.history))
    model = start.model.decode()
    try:
        first, second = _binned(train, validate, params, context)
        if not rounds.finished:
            watched = {"train": first, "validate": second} if context.watch_train else {"validate": second}
            booster = lightgbm.train(
                _settings(params, context), first, num_boost_round=params.n_estimators - rounds.done, valid_sets=[*watched.values()],
                valid_names=[*watched], init_model=lightgbm.Booster(model_str=model) if model else None,
                callbacks=[_reseed(params, context), _account(rounds, kept)],
            )  # fmt: skip
            model = booster.model_to_string(num_iteration=-1)
    except lightgbm.basic.LightGBMError as error:
        raise TrainingFailed(expected="a fit of lightgbm", found=str(error), next_step="check its parameters") from None
    kept.clear()
    best = lightgbm.Booster(model_str=model).model_to_string(num_iteration=rounds.best)
    return Boosted(lightgbm.Booster(model_str=best), rounds.history)


def _reseed(params: LightGBMParams, context: Context) -> Callable[[Any], None]:
    """Give every round a seed of its own, so that a resumed fit draws as an undisturbed one.

    LightGBM reseeds the rows' draw only when their fraction changes, hence the alternating billionth.
    """

    def before(env: Any) -> None:
        seed = context.seed + env.iteration
        drawn = (
            {"bagging_seed": seed, "bagging_fraction": params.subsample * (1 - 1e-9 * (1 + env.iteration % 2))}
            if params.subsample < 1
            else {}
        )
        env.model.reset_parameter({"feature_fraction_seed": seed, **drawn})

    before.before_iteration = True  # type: ignore[attr-defined]
    return before


def _account(rounds: Rounds, kept: Checkpoints) -> Callable[[Any], None]:
    from lightgbm.callback import EarlyStopException

    def after(env: Any) -> None:
        rounds.add({f"{entry[0]}_loss": entry[2] for entry in env.evaluation_result_list})
        if rounds.done % CHECKPOINT_EVERY == 0:
            kept.write(Checkpoint(rounds.done, env.model.model_to_string(num_iteration=-1).encode(), rounds.history))
        if rounds.finished:
            raise EarlyStopException(env.iteration, env.evaluation_result_list)

    return after


def _settings(params: LightGBMParams, context: Context) -> dict[str, Any]:
    binary = context.task == "classification"
    return {
        "objective": "binary" if binary else "regression", "metric": "binary_logloss" if binary else "l2",
        "num_leaves": params.num_leaves, "max_depth": params.max_depth, "learning_rate": params.learning_rate,
        "min_data_in_leaf": params.min_child_samples, "min_sum_hessian_in_leaf": params.min_child_weight,
        "bagging_fraction": params.subsample, "bagging_freq": 1 if params.subsample < 1 else 0,
        "feature_fraction": params.colsample_bytree, "lambda_l2": params.reg_lambda, "lambda_l1": params.reg_alpha,
        "device_type": params.device, "seed": context.seed, **_binning(params, context),
    }  # fmt: skip


def _binning(params: LightGBMParams, context: Context) -> dict[str, Any]:
    return {
        "max_bin": params.max_bin, "feature_pre_filter": False, "num_threads": context.threads, "data_random_seed": 1,
        "deterministic": True, "force_row_wise": True, "verbosity": -1,
    }  # fmt: skip


def _binned(train: Rows, validate: Rows, params: LightGBMParams, context: Context) -> tuple[Dataset, Dataset]:
    import lightgbm

    def build() -> tuple[Dataset, Dataset]:
        weights = class_weights(params.class_weight, train.label)
        # a resumed fit scores the raw rows with the trees so far; without checkpoints they need not be kept
        how: dict[str, Any] = {"params": _binning(params, context), "free_raw_data": context.checkpoints is None}
        names, weight = list(train.panel.names), row_weights(validate.label, weights)
        if external_memory.needed(train, validate, context):
            how["params"] |= external_memory.lightgbm_sample(train, context)
            lazy = external_memory.lightgbm_dataset(train, row_weights(train.label, weights), context, feature_name=names, **how)
            return lazy, external_memory.lightgbm_dataset(validate, weight, context, reference=lazy, **how)
        first = lightgbm.Dataset(train.table, train.label, weight=row_weights(train.label, weights), feature_name=names, **how)
        return first, lightgbm.Dataset(validate.table, validate.label, weight=weight, reference=first, **how)

    how = ("lightgbm", params.max_bin, params.class_weight, params.device, context.memory_budget_mib)
    return binned_once(train, validate, how, context, build)


def predict(model: Boosted, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    return external_memory.in_batches(lambda batch: model.booster.predict(batch.table), rows)


def importance(model: Boosted, rows: Rows) -> dict[str, float]:
    """Mean |SHAP value| of each column, from LightGBM itself."""
    shares = np.asarray(model.booster.predict(rows.table, pred_contrib=True))
    return dict(zip(rows.panel.names, np.abs(shares[:, :-1]).mean(axis=0).tolist(), strict=True))


def save(model: Boosted, folder: Path) -> None:
    """LightGBM's text."""
    model.booster.save_model(folder / "model.txt")


def load(folder: Path) -> Boosted:
    """The booster that `save` wrote. A damaged text kills the process: checksums come first."""
    import lightgbm

    return Boosted(lightgbm.Booster(model_file=folder / "model.txt"), [])


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {
        "n_estimators": trial.suggest_int("n_estimators", 50, 500),
        "num_leaves": trial.suggest_int("num_leaves", 20, 100),
        "max_depth": trial.suggest_int("max_depth", 3, 10),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "min_child_weight": trial.suggest_int("min_child_weight", 1, 10),
        "subsample": trial.suggest_float("subsample", 0.6, 1.0),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.6, 1.0),
    }


FAMILY = Family(
    name="lightgbm", Params=LightGBMParams, tasks=frozenset({"classification", "regression"}), fit=fit, predict=predict,
    save=save, load=load, space=space, history=lambda model: model.history, importance=importance,
)  # fmt: skip
