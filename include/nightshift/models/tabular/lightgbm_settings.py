"""What LightGBM is told: the parameters of a market file, what a search varies, and both in the library's own words."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nightshift.models.family import Context, Params


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


def told(params: LightGBMParams, context: Context) -> dict[str, Any]:
    """The booster's settings."""
    binary = context.task == "classification"
    return {
        "objective": "binary" if binary else "regression", "metric": "binary_logloss" if binary else "l2",
        "num_leaves": params.num_leaves, "max_depth": params.max_depth, "learning_rate": params.learning_rate,
        "min_data_in_leaf": params.min_child_samples, "min_sum_hessian_in_leaf": params.min_child_weight,
        "bagging_fraction": params.subsample, "bagging_freq": 1 if params.subsample < 1 else 0,
        "feature_fraction": params.colsample_bytree, "lambda_l2": params.reg_lambda, "lambda_l1": params.reg_alpha,
        "device_type": params.device, "seed": context.seed, **binning(params, context),
    }  # fmt: skip


def binning(params: LightGBMParams, context: Context) -> dict[str, Any]:
    """Those settings that the binned data depends on."""
    return {
        "max_bin": params.max_bin, "feature_pre_filter": False, "num_threads": context.threads, "data_random_seed": 1,
        "deterministic": True, "force_row_wise": True, "verbosity": -1,
    }  # fmt: skip


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
