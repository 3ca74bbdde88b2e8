"""LightGBM: gradient-boosted trees grown leaf by leaf; kept as its own text format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.batches import in_batches, is_large, needed
from nightshift.models.checkpoints import Checkpoint, Checkpoints, checkpoints
from nightshift.models.family import Context, Family
from nightshift.models.tabular import lightgbm_datasets, lightgbm_settings
from nightshift.models.tabular.binned import Make, binned_once
from nightshift.models.tabular.contributions import mean_absolute
from nightshift.models.tabular.lightgbm_settings import LightGBMParams
from nightshift.models.tabular.rounds import Boosted, Rounds, course, rounds_of
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    from lightgbm import Dataset

CHECKPOINT_EVERY = 50
FEW_ROWS = 100  # scored by one thread: to wake others takes longer


def fit(params: LightGBMParams, train: Rows, validate: Rows, context: Context) -> Boosted:
    """Rounds until the validation loss stops falling, kept up to the best one."""
    import lightgbm

    kept = checkpoints("lightgbm", params, train, validate, context)
    start = kept.latest() or Checkpoint(0, b"", [])
    rounds = rounds_of(params.n_estimators, params.early_stopping_rounds, context, start.history)
    model = start.model.decode()
    try:
        first, second = _binned(train, validate, params, context)
        if not rounds.finished:
            watched = {"train": first, "validate": second} if context.watch_train else {"validate": second}
            booster = lightgbm.train(
                lightgbm_settings.told(params, context), first, num_boost_round=rounds.limit - rounds.done,
                valid_sets=[*watched.values()], valid_names=[*watched], init_model=lightgbm.Booster(model_str=model) if model else None,
                callbacks=[_reseed(params, context), _account(rounds, kept)],
            )  # fmt: skip
            model = booster.model_to_string(num_iteration=-1)
    except lightgbm.basic.LightGBMError as error:
        raise TrainingFailed(expected="a fit of lightgbm", found=str(error), next_step="check its parameters") from None
    kept.clear()
    best = lightgbm.Booster(model_str=model).model_to_string(num_iteration=rounds.kept)
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


def _binned(train: Rows, validate: Rows, params: LightGBMParams, context: Context) -> tuple[Dataset, Dataset]:
    # a resumed fit scores the raw rows with the trees so far; without checkpoints they need not be kept
    how: dict[str, Any] = {"feature_name": list(train.panel.names), "free_raw_data": context.checkpoints is None}
    how["params"] = lightgbm_settings.binning(params, context)
    make: Make = partial(lightgbm_datasets.gathered, **how)
    if needed(train, validate, context):
        how["params"] |= {"bin_construct_sample_cnt": lightgbm_datasets.sampled_rows(train, context)}
    if needed(train, validate, context) or is_large(train):
        make = partial(lightgbm_datasets.batched, context=context, **how)
    return binned_once(params, train, validate, context, make)


def predict(model: Boosted, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    threads = {"num_threads": 1} if len(rows) <= FEW_ROWS else {}
    return in_batches(lambda batch: model.booster.predict(batch.table, **threads), rows)


def importance(model: Boosted, rows: Rows) -> dict[str, float]:
    """Mean |SHAP value| of each column, from LightGBM itself."""
    shares = np.asarray(model.booster.predict(rows.table, pred_contrib=True))
    return mean_absolute(rows, shares[:, :-1])


def save(model: Boosted, folder: Path) -> None:
    """LightGBM's text."""
    model.booster.save_model(folder / "model.txt")


def load(folder: Path) -> Boosted:
    """The booster that `save` wrote. A damaged text kills the process: checksums come first."""
    import lightgbm

    return Boosted(lightgbm.Booster(model_file=folder / "model.txt"), [])


FAMILY = Family(
    name="lightgbm", Params=LightGBMParams, tasks=frozenset({"classification", "regression"}), fit=fit, predict=predict,
    save=save, load=load, space=lightgbm_settings.space, history=lambda model: model.history,
    course=lambda model: course(model.history), importance=importance,
)  # fmt: skip
