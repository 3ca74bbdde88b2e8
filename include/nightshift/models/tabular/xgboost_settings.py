"""What XGBoost is told: the parameters of a market file, what a search varies, and both in the library's own words."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nightshift.models.family import Context, Params


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


def told(params: XGBoostParams, context: Context, first_round: int) -> dict[str, Any]:
    """The booster's settings for the block of rounds that begins here."""
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
