"""What a search minimises: the loss on validation rows, and the size of the saved model beside it."""

from __future__ import annotations

import math
import os
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nightshift import models
from nightshift.models import losses
from nightshift.models.family import Context
from nightshift.nouns.panel import Rows

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True, eq=False)
class Objective:
    """One family on one pair of training and validation rows; called with a trial, it returns what is minimised."""

    family: str
    fixed: dict[str, Any]  # the night's own parameters: what the space does not name stays as it is there
    train: Rows
    validate: Rows
    context: Context
    with_size: bool
    pulse: Pulse

    def __call__(self, trial: optuna.Trial) -> float | tuple[float, float]:
        """Fit, score, weigh; the trial keeps its parameters, size and seconds, or the sentence why it failed."""
        context = replace(self.context, on_step=self._reporter(trial), checkpoints=None, watch_train=False)
        trial.set_user_attr("worker", f"{socket.gethostname()}:{os.getpid()}")
        with ExitStack() as leaving:
            leaving.push(partial(_note_failure, trial))  # the trial fails alone, and says why
            params = self.fixed | models.FAMILIES[self.family].space(trial)
            trial.set_user_attr("params", params)
            fitted = models.fit(self.family, params, self.train, self.validate, context)
        scores = fitted.predict(self.validate)
        each = losses.of_rows(task=self.context.task, label=self.validate.label, score=scores)
        found = float(np.sqrt(each.mean()) if self.context.task == "regression" else each.mean())  # a root has the outcome's own unit
        trial.set_user_attr("gain", gain_by_session(self.validate, each))
        size = saved_bytes(fitted)
        trial.set_user_attr("size_bytes", size)
        trial.set_user_attr("steps", fitted.history[-1]["step"] if fitted.history else None)
        return (found, float(size)) if self.with_size else found

    def _reporter(self, trial: optuna.Trial) -> Callable[[int, dict[str, float]], None]:
        import optuna

        best, every = math.inf, models.FAMILIES[self.family].compared_every

        def report(step: int, metrics: dict[str, float]) -> None:
            nonlocal best
            self.pulse.beat()
            best = min(best, metrics.get("validate_loss", math.inf))  # what early stopping would keep
            if self.with_size or step % every or not math.isfinite(best):
                return
            trial.report(best, step)
            if trial.should_prune():
                raise optuna.TrialPruned

        return report


def _note_failure(trial: optuna.Trial, kind: type[BaseException] | None, failure: BaseException | None, _: object) -> bool:
    """Keep the sentence of whatever ended a trial; pruning is not a failure. Nothing is swallowed."""
    if kind is not None and kind.__name__ != "TrialPruned":
        trial.set_user_attr("error", f"{kind.__name__}: {failure}"[:500])
    return False


def gain_by_session(rows: Rows, loss: np.ndarray) -> dict[str, float]:
    """Minus the mean loss of each validation session: one row of the trial × session matrix that overfitting is judged on."""
    at, where = np.unique(rows.session, return_inverse=True)
    mean = np.bincount(where, loss) / np.bincount(where)
    return {str(rows.panel.sessions[s]): -round(float(m), 8) for s, m in zip(at, mean, strict=True)}


def saved_bytes(fitted: models.Fitted) -> int:
    """How many bytes the model takes on disk."""
    with tempfile.TemporaryDirectory() as place:
        models.save(fitted, Path(place))
        return sum(file.stat().st_size for file in Path(place).rglob("*") if file.is_file())


@dataclass
class Pulse:
    """Calls `stop` when no trial has begun or made a step for too long: native code cannot be interrupted, only left."""

    limit_s: float
    stop: Callable[[], None]
    _last: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """A step was made."""
        self._last = time.monotonic()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch from a thread of its own until the end of the block: a process that has done its work is not ended."""
        over = threading.Event()
        watching = threading.Thread(target=self._watch, args=(over,), daemon=True)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(min(1.0, self.limit_s / 4)):
            if time.monotonic() - self._last >= self.limit_s:
                self.stop()
                return
