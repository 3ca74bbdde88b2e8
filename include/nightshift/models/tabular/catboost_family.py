"""CatBoost: gradient-boosted symmetric trees. `device: gpu` trains the same parameters on a GPU."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.checkpoints import Snapshot, fit_key
from nightshift.models.family import Context, Family
from nightshift.models.tabular import catboost_settings
from nightshift.models.tabular.catboost_settings import CatBoostParams
from nightshift.models.tabular.contributions import mean_absolute
from nightshift.models.tabular.rounds import Rounds, course, rounds_of
from nightshift.models.weights import class_weights, row_weights
from nightshift.nouns.panel import Rows
from nightshift.storage import store

if TYPE_CHECKING:
    from types import TracebackType

    from catboost import CatBoost, Pool


@dataclass(frozen=True, eq=False)
class Boosted:
    """The model cut to its best round, and the account of all rounds."""

    model: CatBoost
    history: list[dict[str, float]]
    probability: bool


class _Listener:
    """Told by CatBoost after each round, with all rounds so far (those before a resumption too); False stops the fit."""

    raised: BaseException | None = None  # by a round (a pruned trial, Ctrl-C): CatBoost leaves at once, by an error of its own

    def __init__(self, rounds: Rounds, snapshot: Snapshot) -> None:
        self.rounds, self.snapshot = rounds, snapshot

    def after_iteration(self, info: Any) -> bool:
        with ExitStack() as leaving:
            leaving.push(self._note)
            train, validate = _losses(info.metrics["learn"]), _losses(info.metrics["validation"])
            for at in range(self.rounds.done, len(validate)):
                self.rounds.add({"train_loss": train[at], "validate_loss": validate[at]})
            self.snapshot.seal()
        return not self.rounds.finished

    def _note(self, kind: type[BaseException] | None, raised: BaseException | None, where: TracebackType | None) -> None:  # noqa: ARG002
        self.raised = raised


def fit(params: CatBoostParams, train: Rows, validate: Rows, context: Context) -> Boosted:
    """Rounds until the validation loss stops falling, kept up to the best one."""
    import catboost

    rounds = rounds_of(params.n_estimators, params.early_stopping_rounds, context)
    snapshot = Snapshot(
        None
        if context.checkpoints is None
        else context.checkpoints / f"catboost-{fit_key('catboost', params, train, validate, context)[:16]}"
    )
    snapshot.refuse_damaged()
    listener = _Listener(rounds, snapshot)
    weights = class_weights(params.class_weight, train.label)
    model = catboost.CatBoost({**catboost_settings.told(params, context), **catboost_settings.writing(snapshot)})
    try:
        model.fit(
            _pool(train, weights, context),
            eval_set=_pool(validate, weights, context),
            callbacks=[listener] if params.device == "cpu" else None,
        )
    except catboost.CatBoostError as error:
        if listener.raised is not None:
            raise listener.raised from None
        raise TrainingFailed(expected="a fit of catboost", found=str(error).splitlines()[0], next_step="check its parameters") from None
    rounds = rounds if rounds.done else _account(model, rounds)
    model.shrink(ntree_end=rounds.kept)
    snapshot.clear()
    return Boosted(model, rounds.history, context.task == "classification")


def _account(model: CatBoost, asked: Rounds) -> Rounds:
    """The rounds of a fit that told nobody."""
    results, rounds = model.get_evals_result(), replace(asked, on_step=None)
    for train, validate in zip(_losses(results["learn"]), _losses(results["validation"]), strict=True):
        rounds.add({"train_loss": train, "validate_loss": validate})
    return rounds


def _losses(metrics: dict[str, list[float]]) -> list[float]:
    """Log losses, or squared errors out of their roots."""
    (name, values), *_ = metrics.items()
    return list(values) if name.startswith("Logloss") else [value**2 for value in values]


def _pool(rows: Rows, weights: tuple[float, float], context: Context) -> Pool:
    import catboost

    return catboost.Pool(
        rows.table, rows.label, weight=row_weights(rows.label, weights), feature_names=list(rows.panel.names), thread_count=context.threads
    )


def predict(model: Boosted, rows: Rows) -> np.ndarray:
    """P(1) or the expected return of each row."""
    if not len(rows):
        return np.empty(0)
    return model.model.predict(rows.table, prediction_type="Probability")[:, 1] if model.probability else model.model.predict(rows.table)


def importance(model: Boosted, rows: Rows) -> dict[str, float]:
    """Mean |SHAP value| of each column, from CatBoost itself."""
    import catboost

    shares = model.model.get_feature_importance(catboost.Pool(rows.table, feature_names=list(rows.panel.names)), type="ShapValues")
    return mean_absolute(rows, shares[:, :-1])


def save(model: Boosted, folder: Path) -> None:
    """CatBoost's binary format, which carries a checksum of its own; and what its score means."""
    model.model.save_model(str(folder / "model.cbm"))
    store.write_json(folder / "score.json", {"probability": model.probability})


def load(folder: Path) -> Boosted:
    """The model that `save` wrote."""
    import catboost

    return Boosted(catboost.CatBoost().load_model(str(folder / "model.cbm")), [], store.read_json(folder / "score.json")["probability"])


FAMILY = Family(
    name="catboost", Params=CatBoostParams, tasks=frozenset({"classification", "regression"}), fit=fit, predict=predict,
    save=save, load=load, space=catboost_settings.space, history=lambda model: model.history,
    course=lambda model: course(model.history), importance=importance,
)  # fmt: skip
