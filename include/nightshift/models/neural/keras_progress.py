"""Where a training stands: early stopping and reduce-on-plateau as one pure step from epoch to epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nightshift.models.family import Course

_SMALLEST_GAIN = 1e-5  # a validation loss that falls by less has not improved
_SMALLEST_RATE = 1e-6


@dataclass(frozen=True)
class Schedule:
    """How long to train and how to react when the validation loss stops falling."""

    epochs: int
    patience: int
    plateau_patience: int
    plateau_factor: float
    rates: tuple[float, ...] = ()  # one an epoch, where another training's course is gone again: no loss decides anything


@dataclass(frozen=True)
class Progress:
    """Everything that the next epoch depends on besides weights and optimizer; plain facts, so that it survives a kill."""

    learning_rate: float
    epoch: int = 0  # epochs done
    best_loss: float | None = None
    best_epoch: int = 0
    waited: int = 0  # epochs since the best one
    plateau_waited: int = 0  # epochs since the best one or the last cut of the learning rate
    history: tuple[dict[str, float], ...] = ()


def advanced(progress: Progress, schedule: Schedule, metrics: dict[str, float]) -> Progress:
    """The progress after one more epoch.

    >>> start, rules = Progress(0.1), Schedule(epochs=9, patience=3, plateau_patience=2, plateau_factor=0.5)
    >>> after = start
    >>> for loss in (0.9, 0.7, 0.8, 0.8):
    ...     after = advanced(after, rules, {"validate_loss": loss})
    >>> after.best_epoch, after.waited, after.learning_rate, finished(after, rules)
    (2, 2, 0.05, False)
    """
    monitored = metrics["validate_loss"]
    epoch = progress.epoch + 1
    seen = replace(progress, epoch=epoch, history=(*progress.history, {"step": epoch, **metrics}))
    if schedule.rates:
        following = schedule.rates[min(epoch, len(schedule.rates) - 1)]
        return replace(seen, best_loss=monitored, best_epoch=epoch, learning_rate=following)
    if progress.best_loss is None or monitored < progress.best_loss - _SMALLEST_GAIN:
        return replace(seen, best_loss=monitored, best_epoch=epoch, waited=0, plateau_waited=0)
    seen = replace(seen, waited=progress.waited + 1, plateau_waited=progress.plateau_waited + 1)
    if seen.plateau_waited < schedule.plateau_patience:
        return seen
    return replace(seen, learning_rate=max(progress.learning_rate * schedule.plateau_factor, _SMALLEST_RATE), plateau_waited=0)


def finished(progress: Progress, schedule: Schedule) -> bool:
    """True when no further epoch is due."""
    return progress.epoch >= schedule.epochs or progress.waited >= schedule.patience


def course(history: Sequence[dict[str, float]]) -> Course:
    """How a training with these epochs went until its best one.

    >>> course([{"validate_loss": 0.7, "learning_rate": 0.1}, {"validate_loss": 0.8, "learning_rate": 0.1}])
    Course(steps=1, learning_rates=(0.1,), members=())
    """
    best, best_loss = 0, np.inf
    for epoch, entry in enumerate(history, start=1):
        if entry["validate_loss"] < best_loss - _SMALLEST_GAIN:
            best, best_loss = epoch, entry["validate_loss"]
    return Course(best, tuple(entry["learning_rate"] for entry in history[:best]))


def along(schedule: Schedule, gone: Course | None) -> Schedule:
    """The schedule, or one that goes along a course."""
    return schedule if gone is None else replace(schedule, epochs=gone.steps, patience=gone.steps + 1, rates=gone.learning_rates)


def shuffled(n_samples: int, seed: int, epoch: int) -> np.ndarray:
    """The order of one epoch: a pure function of seed and epoch, so that a resumed training sees the same one.

    >>> (shuffled(5, seed=1, epoch=2) == shuffled(5, seed=1, epoch=2)).all()
    np.True_
    """
    return np.random.default_rng([seed, epoch]).permutation(n_samples).astype(np.int32)
