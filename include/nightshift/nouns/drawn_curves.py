"""What is drawn of a night: lines over sessions, and curves, bins and counts of scores; a hole is none."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from nightshift.nouns.record import Drawn, Noun, eight_digits


def listed(values: object) -> object:
    """An array as a plain list.

    >>> listed(range(2))
    range(0, 2)
    """
    return values.tolist() if hasattr(values, "tolist") else values


Outcome = Literal["up", "down"]
Rounded = Annotated[float, BeforeValidator(eight_digits)]  # always a number
Line = Annotated[tuple[Drawn, ...], BeforeValidator(listed)]
Points = Annotated[tuple[Rounded, ...], BeforeValidator(listed)]


class Stretch(Noun):
    """The sessions of one part, with one number a session of every name."""

    sessions: tuple[str, ...]
    growth_fraction: dict[str, Line]  # from zero at the part's start
    drawdown_fraction: dict[str, Line]  # 0 at a peak, negative below it
    sharpe_annual: dict[str, Line]  # over the last `sharpe_sessions`
    sharpe_sessions: int
    accuracy: dict[str, Line]  # over the last `accuracy_sessions`, of every name with scores
    accuracy_sessions: int


class CalibrationBin(Noun):
    """Rows of neighbouring scores: what was said against what came."""

    count: int
    mean_score: Rounded
    mean_label: Rounded


class ConfidenceBin(Noun):
    """Rows of like distance from the threshold."""

    count: int
    least_distance: Drawn
    accuracy: Drawn


class Confusion(Noun):
    """Calls for up and down, by what came."""

    true_up: int
    false_up: int
    true_down: int
    false_down: int

    def rows(self, called: Outcome, came: Outcome) -> int:
        """How many were called so and came so.

        >>> Confusion(true_up=3, false_up=1, true_down=2, false_down=4).rows(called="down", came="up")
        4
        """
        counts = {"up": (self.true_up, self.false_up), "down": (self.true_down, self.false_down)}
        return counts[called][0 if called == came else 1]

    def came(self, outcome: Outcome) -> int:
        """How many came so, whatever was called."""
        return self.rows("up", outcome) + self.rows("down", outcome)

    def share(self, called: Outcome, came: Outcome) -> float | None:
        """Of those that came so, the share that was called so; none where none came."""
        return self.rows(called, came) / self.came(came) if self.came(came) else None


class RocCurve(Noun):
    """True against false alarms, from the highest score down."""

    false_up: Points
    true_up: Points


class PrecisionCurve(Noun):
    """Precision at each recall, from the highest score down."""

    recall: Points
    precision: Points


class Year(Noun):
    """Net returns of the months of one year, January first; none: a month without a session."""

    year: str
    months: tuple[Drawn, ...]
    total: Drawn


class Fall(Noun):
    """One fall below a peak, until it was made good."""

    depth: Drawn  # negative
    peak: str  # session
    bottom: str
    recovered: str  # empty: not yet
    sessions: int


class Histogram(Noun):
    """How often each size of a session's net return came to one portfolio."""

    name: str
    share: Line  # of the sessions, by bin
    var_95_fraction: Drawn  # the loss that one session in twenty exceeds; none: too few sessions to say


class Distribution(Noun):
    """The net returns of a session, of the leader and its first yardstick, in the same bins."""

    least: Rounded
    most: Rounded
    middles: Points
    of: tuple[Histogram, ...]  # the leader first
