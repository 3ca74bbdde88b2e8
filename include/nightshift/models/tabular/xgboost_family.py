"""XGBoost: gradient-boosted trees on a binned matrix. `device: cuda` trains the same parameters on a GPU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.batches import in_batches, needed
from nightshift.models.checkpoints import Checkpoint, checkpoints
from nightshift.models.family import Context, Family
from nightshift.models.tabular import xgboost_matrices, xgboost_settings
from nightshift.models.tabular.binned import binned_once
from nightshift.models.tabular.contributions import mean_absolute
from nightshift.models.tabular.rounds import Boosted, Rounds, course, rounds_of
from nightshift.models.tabular.xgboost_settings import XGBoostParams
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from xgboost import Booster, DMatrix

    Matrices = tuple[DMatrix, DMatrix]  # training and validation rows, binned alike

# Each block of rounds begins with random numbers of its own seed. XGBoost's random state cannot be saved, so this is what
# makes a fit resumed from a checkpoint bit-identical to an undisturbed one.
BLOCK = 50


def fit(params: XGBoostParams, train: Rows, validate: Rows, context: Context) -> Boosted:
    """Rounds until the validation loss stops falling, kept up to the best one."""
    import xgboost

    kept = checkpoints("xgboost", params, train, validate, context)
    start = kept.latest() or Checkpoint(0, b"", [])
    rounds, model = rounds_of(params.n_estimators, params.early_stopping_rounds, context, start.history), start.model
    booster = None
    try:
        matrices = _binned(train, validate, params, context)
        while booster is None or not rounds.finished:
            settings = xgboost_settings.told(params, context, rounds.done)
            booster = _opened(settings, matrices, model) if booster is None else _reseeded(booster, settings)
            _block(booster, matrices, rounds, context.watch_train)
            kept.write(Checkpoint(rounds.done, bytes(booster.save_raw("ubj")), rounds.history))
    except xgboost.core.XGBoostError as error:
        found = str(error).strip().splitlines()[0]
        raise TrainingFailed(
            expected="a fit of xgboost", found=found, next_step="check its parameters and, for `device: cuda`, the GPU"
        ) from None
    kept.clear()
    return Boosted(booster[: rounds.kept], rounds.history)


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


def _binned(train: Rows, validate: Rows, params: XGBoostParams, context: Context) -> Matrices:
    make = xgboost_matrices.paged if needed(train, validate, context) else xgboost_matrices.gathered
    return binned_once(params, train, validate, context, lambda rows, weight, like: make(rows, weight, like, params.max_bin, context))


def predict(model: Boosted, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    return in_batches(lambda batch: model.booster.inplace_predict(batch.table), rows)


def importance(model: Boosted, rows: Rows) -> dict[str, float]:
    """Mean |SHAP value| of each column, from XGBoost itself."""
    import xgboost

    shares = model.booster.predict(xgboost.DMatrix(rows.table, feature_names=list(rows.panel.names)), pred_contribs=True)
    return mean_absolute(rows, shares[:, :-1])


def save(model: Boosted, folder: Path) -> None:
    """UBJSON."""
    model.booster.save_model(folder / "model.ubj")


def load(folder: Path) -> Boosted:
    """The booster that `save` wrote."""
    import xgboost

    return Boosted(xgboost.Booster(model_file=folder / "model.ubj"), [])


FAMILY = Family(
    name="xgboost", Params=XGBoostParams, tasks=frozenset({"classification", "regression"}), fit=fit, predict=predict,
    save=save, load=load, space=xgboost_settings.space, history=lambda model: model.history,
    course=lambda model: course(model.history), importance=importance,
)  # fmt: skip
