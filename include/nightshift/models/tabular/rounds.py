"""Rounds of boosting: their history, when to stop, and which one was best. Shared by the boosted families."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Rounds:
    """The account of one fit's rounds; the only thing here that grows."""

    limit: int
    patience: int  # rounds without a better validation loss before stopping; 0: never stop early
    on_step: Callable[[int, dict[str, float]], None] | None = None
    history: list[dict[str, float]] = field(default_factory=list)

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
    def finished(self) -> bool:
        """True when the limit is reached, or patience is at its end."""
        return self.done >= self.limit or 0 < self.patience <= self.done - self.best

    def add(self, losses: dict[str, float]) -> None:
        """Note the losses of one more round (`validate_loss`, and `train_loss` where it is watched) and tell whoever listens."""
        self.history.append({"step": self.done + 1, **losses})
        if self.on_step is not None:
            self.on_step(self.done, losses)


@dataclass(frozen=True, eq=False)
class Boosted:
    """The library's own model cut to its best round, and the account of all rounds."""

    booster: Any
    history: list[dict[str, float]]
