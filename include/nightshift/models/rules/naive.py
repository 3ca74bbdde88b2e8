"""Rules without learning worth the name: what every challenger has to beat."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models.family import Context, Family, Params, Task
from nightshift.nouns.panel import Rows
from nightshift.storage import store

LAST_RETURN = "log_return_1"  # the column whose sign is the last session's direction
TASKS: frozenset[Task] = frozenset({"classification", "regression"})


@dataclass(frozen=True)
class Rule:
    """A score when the last session rose, fell, or did neither."""

    rose: float
    fell: float
    flat: float


def fit_always_up(params: Params, train: Rows, validate: Rows, context: Context) -> Rule:  # noqa: ARG001
    """Certain of a rise every day; as a return, the usual size of a move."""
    score = 1.0 if context.task == "classification" else float(np.abs(train.label).mean())
    return Rule(score, score, score)


def fit_mean(params: Params, train: Rows, validate: Rows, context: Context) -> Rule:  # noqa: ARG001
    """The mean label of the training rows: the base rate of rises (so the majority class), or the mean return."""
    score = float(train.label.mean())
    return Rule(score, score, score)


def fit_last_sign(params: Params, train: Rows, validate: Rows, context: Context) -> Rule:  # noqa: ARG001
    """Tomorrow goes as today went, as sure of it as the training rows allow, and never less than 51 %."""
    sign = np.sign(_last_return(train))
    if context.task == "regression":
        size = float(np.abs(train.label).mean())
        return Rule(size, -size, 0.0)
    right = (train.label == (sign > 0))[sign != 0]
    sure = float(np.clip(right.mean() if len(right) else 0.5, 0.51, 0.99))
    return Rule(sure, 1.0 - sure, 0.5)


def predict_constant(rule: Rule, rows: Rows) -> np.ndarray:
    """The same score for every row."""
    return np.full(len(rows), rule.flat)


def predict_last_sign(rule: Rule, rows: Rows) -> np.ndarray:
    """A score by the sign of the last return."""
    last = _last_return(rows)
    return np.where(last > 0, rule.rose, np.where(last < 0, rule.fell, rule.flat))


def save(rule: Rule, folder: Path) -> None:
    """Three numbers as JSON."""
    store.write_json(folder / "rule.json", asdict(rule))


def load(folder: Path) -> Rule:
    """The rule that `save` wrote."""
    return Rule(**store.read_json(folder / "rule.json"))


def _last_return(rows: Rows) -> np.ndarray:
    if LAST_RETURN not in rows.panel.names:
        raise TrainingFailed(
            expected=f"the column {LAST_RETURN}", found="a panel without it", next_step="add it to `columns:` in the market file"
        )
    return rows.panel.values[rows.symbol, rows.session, rows.panel.names.index(LAST_RETURN)]


class NaiveParams(Params):
    """Nothing to set."""


FAMILIES = (
    Family("always_up", NaiveParams, TASKS, fit_always_up, predict_constant, save, load, naive=True),
    Family("last_sign", NaiveParams, TASKS, fit_last_sign, predict_last_sign, save, load, naive=True),
    Family("mean", NaiveParams, TASKS, fit_mean, predict_constant, save, load, naive=True),
)
