"""Rounds of boosting: their history, when to stop, and which one was best. Shared by the boosted families."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from nightshift.models.family import Context, Course


@dataclass
class Rounds:
    """The account of one fit's rounds; the only thing here that grows."""

    limit: int
    patience: int  # rounds without a better validation loss before stopping; 0: never stop early
    on_step: Callable[[int, dict[str, float]], None] | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    all_kept: bool = False  # the last round is the one to keep, whatever the losses say

    @property
    def done(self) -> int:
        """Rounds so far."""
        return len(self.history)

    @property
    def best(self) -> int:
        """The round (from 1) with the lowest validation loss, the earlier one of equals; 0 before the first."""
        losses = [entry["validate_loss"] for entry in self.history]
        return losses.index(min(losses)) + 1 if losses else 0

    @property
    def kept(self) -> int:
        """How many rounds the model keeps."""
        return self.done if self.all_kept else self.best

    @property
    def finished(self) -> bool:
        """True when the limit is reached, or patience is at its end."""
        return self.done >= self.limit or 0 < self.patience <= self.done - self.best

    def add(self, losses: dict[str, float]) -> None:
        """Note the losses of one more round (`validate_loss`, and `train_loss` where it is watched) and tell whoever listens."""
        self.history.append({"step": self.done + 1, **losses})
        if self.on_step is not None:
            self.on_step(self.done, losses)


def rounds_of(limit: int, patience: int, context: Context, history: Sequence[dict[str, float]] = ()) -> Rounds:
    """The account of a fit that begins, or goes on after this history: until patience ends, or along the course in the context."""
    if context.course is None:
        return Rounds(limit, patience, context.on_step, list(history))
    return Rounds(context.course.steps, 0, context.on_step, list(history), all_kept=True)


def course(history: list[dict[str, float]]) -> Course:
    """How far a fit with these rounds went.

    >>> course([{"validate_loss": 0.7}, {"validate_loss": 0.6}, {"validate_loss": 0.65}]).steps
    2
    """
    return Course(steps=Rounds(0, 0, history=history).best)


@dataclass(frozen=True, eq=False)
class Boosted:
    """The library's own model cut to its best round, and the account of all rounds."""

    booster: Any
    history: list[dict[str, float]]
