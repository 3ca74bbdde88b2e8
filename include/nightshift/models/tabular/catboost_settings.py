"""What CatBoost is told: the parameters of a market file, what a search varies, and both in the library's own words."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nightshift.models.checkpoints import Snapshot
from nightshift.models.family import Context, Params


class CatBoostParams(Params):
    """Shallow and regularised: daily bars are mostly noise."""

    n_estimators: int = Field(300, ge=1)
    max_depth: int = Field(5, ge=1, le=16)
    learning_rate: float = Field(0.05, gt=0, le=1)
    subsample: float = Field(0.8, gt=0, le=1)
    colsample_bylevel: float = Field(0.8, gt=0, le=1)
    reg_lambda: float = Field(5.0, ge=0)
    max_bin: int = Field(64, ge=2, le=255)
    early_stopping_rounds: int = Field(40, ge=0)
    class_weight: Literal["none", "balanced"] = "none"
    device: Literal["cpu", "gpu"] = "cpu"  # a GPU fit has no per-round account: CatBoost calls nobody back there


def told(params: CatBoostParams, context: Context) -> dict[str, Any]:
    """The model's settings."""
    sampled = {"bootstrap_type": "Bernoulli", "subsample": params.subsample} if params.subsample < 1 else {"bootstrap_type": "No"}
    by_level = {"rsm": params.colsample_bylevel} if params.device == "cpu" else {}  # CatBoost has none on a GPU
    return {
        "loss_function": "Logloss" if context.task == "classification" else "RMSE",
        "iterations": context.course.steps if context.course else params.n_estimators,
        "depth": params.max_depth, "learning_rate": params.learning_rate,
        "l2_leaf_reg": params.reg_lambda, "border_count": params.max_bin, "random_seed": context.seed, "thread_count": context.threads,
        "task_type": params.device.upper(), "logging_level": "Silent", "use_best_model": False, **sampled, **by_level,
    }  # fmt: skip


def writing(snapshot: Snapshot) -> dict[str, Any]:
    """The settings that make it keep its own snapshot, in a folder that is there then."""
    if snapshot.folder is None:
        return {"allow_writing_files": False}
    snapshot.folder.mkdir(parents=True, exist_ok=True)
    return {
        "train_dir": str(snapshot.folder),
        "save_snapshot": True,
        "snapshot_file": snapshot.NAME,
        "snapshot_interval": snapshot.EVERY_SECONDS,
    }


def space(trial: Any) -> dict[str, Any]:
    """What a search varies."""
    return {
        "n_estimators": trial.suggest_int("n_estimators", 50, 500),
        "max_depth": trial.suggest_int("max_depth", 3, 10),
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "subsample": trial.suggest_float("subsample", 0.6, 1.0),
        "colsample_bylevel": trial.suggest_float("colsample_bylevel", 0.6, 1.0),
        "reg_lambda": trial.suggest_float("reg_lambda", 1.0, 30.0, log=True),
    }
