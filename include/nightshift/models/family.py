"""What a family is: a params model and five verbs. One family a file, listed in `FAMILIES`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from nightshift.config import Closed
from nightshift.nouns.panel import Rows

Task = Literal["classification", "regression"]
Scaling = Literal["none", "standard", "minmax", "robust"]
Choice = Literal["none", "k_best", "rfe", "lasso", "importance"]


class Params(Closed):
    """Base of every family's parameters: frozen, typed, no unknown keys. Scaling and selection are part of every model."""

    scaling: Scaling = "none"
    selection: Choice = "none"
    selected_columns: int = Field(20, ge=1)  # how many `selection` keeps


def _unheard(step: int, metrics: dict[str, float]) -> None:
    """Nobody listens."""


def _nothing_to_search(trial: Any) -> dict[str, Any]:  # noqa: ARG001
    return {}


def _no_history(fitted: Any) -> list[dict[str, float]]:  # noqa: ARG001
    return []


def _one_go(fitted: Any) -> Course:  # noqa: ARG001
    return Course()


def _only_the_row(params: Any) -> int:  # noqa: ARG001
    return 0


def _only_its_symbol(params: Any) -> bool:  # noqa: ARG001
    return False


def _all_alike(params: Any) -> bool:  # noqa: ARG001
    return False


@dataclass(frozen=True)
class Course:
    """How far a fit went that validation rows had a say in, so that another one can go the same way without them.

    Empty for a family that learns in one go.
    """

    steps: int = 0  # rounds or epochs until the best one
    learning_rates: tuple[float, ...] = ()  # one a step, of a family that lowers its rate when the validation loss stands still
    members: tuple[Course, ...] = ()  # of an ensemble, in the order of its members


def course_of(facts: dict[str, Any]) -> Course:
    """The course that `dataclasses.asdict` made facts of.

    >>> course_of({"steps": 0, "learning_rates": [], "members": [{"steps": 7, "learning_rates": [], "members": []}]}).members[0].steps
    7
    """
    members = tuple(course_of(member) for member in facts["members"])
    return Course(facts["steps"], tuple(facts["learning_rates"]), members)


@dataclass(frozen=True)
class Context:
    """How a fit runs: what is predicted, with which seed and threads, and where it may keep checkpoints."""

    task: Task
    seed: int = 0
    threads: int = 1
    checkpoints: Path | None = None  # a folder that survives a kill; None: no checkpoints
    # Called with (step, metrics) per epoch or round, counted from 1. `metrics` always has `validate_loss` (log loss or
    # mean squared error: lower is better), which pruners look at. Raising optuna.TrialPruned stops the fit.
    on_step: Callable[[int, dict[str, float]], None] = _unheard
    memory_budget_mib: int | None = None  # a larger gathered table is read in batches by families that can; None: no limit
    course: Course | None = None  # go exactly this way: validation rows decide nothing; None: they stop the fit and choose the best step
    watch_train: bool = True  # the loss on the training rows at every round too: a fifth of a shallow boosting's time


@dataclass(frozen=True)
class Family:
    """A way to learn: `fit` returns anything its own `predict`, `save` and `load` understand."""

    name: str
    Params: type[Params]
    tasks: frozenset[Task]
    fit: Callable[[Any, Rows, Rows, Context], Any]  # (params, train, validate, context) -> fitted; rows are prepared
    predict: Callable[[Any, Rows], np.ndarray]  # float64 (n,): P(label = 1), or the expected return
    save: Callable[[Any, Path], None]  # native safe formats only, into an empty folder
    load: Callable[[Path], Any]
    space: Callable[[Any], dict[str, Any]] = _nothing_to_search  # optuna trial -> params
    history: Callable[[Any], list[dict[str, float]]] = _no_history  # per epoch or round
    course: Callable[[Any], Course] = _one_go  # of a fit that just ended: how far it went
    importance: Callable[[Any, Rows], dict[str, float]] | None = None  # native contributions, mean |value| per column
    naive: bool = False  # a rule that a challenger has to beat, never a candidate for release
    pruned_from_step: int = 20  # rounds or epochs that a search lets every trial make before it may stop one
    compared_every: int = 5  # rounds or epochs between two looks at the other trials: each is a write into a shared study
    replays_within: float = 0.0  # largest difference of a score when a night is made again; 0: bit for bit (benchmarks/bench_replay.py)
    warmup_sessions: Callable[[Any], int] = _only_the_row  # sessions before a row that it reads
    reads_market: Callable[[Any], bool] = _only_its_symbol  # whether an answer looks at the other symbols of the session
    knows_symbols: Callable[[Any], bool] = _all_alike  # whether it learned something of every symbol by its name
