"""Which of the night's families is its challenger, and how the others ranked."""

from __future__ import annotations

from typing import ClassVar

from nightshift.config import Selection as Weights
from nightshift.errors import TrainingFailed
from nightshift.nouns.record import Noun, Number, Record


class Part(Noun):
    """One part of a composite score."""

    share: float  # of rivals beaten, 0 to 1
    value: Number


class Ranked(Noun):
    """One challenger's place."""

    name: str
    score: float
    parts: dict[str, Part]  # skill, sharpe, drawdown


class Selection(Record):
    """The challenger: the best composite score on validation rows."""

    FILE: ClassVar[str] = "selection.json"

    selected: str | None  # none: no family could be judged
    ranking: tuple[Ranked, ...]
    weights: Weights

    @property
    def challenger(self) -> str:
        """The family that was selected, for whoever needs one."""
        if self.selected is None:
            step = "nightshift report says why each family is out"
            raise TrainingFailed(expected="a family that can be judged", found="none", next_step=step)
        return self.selected
