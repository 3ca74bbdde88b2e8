"""Cuts through time, frozen when made and refused when out of order."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nightshift.errors import LeakFound
from nightshift.nouns.bars import frozen


def _indices(sessions: np.ndarray, name: str) -> np.ndarray:
    held = frozen(np.asarray(sessions), dtype=np.int64)
    if held.ndim != 1 or (held < 0).any() or (np.diff(held) <= 0).any():
        raise LeakFound(expected=f"ascending unique session indices in {name}", found="disorder", next_step="sort and deduplicate them")
    return held


@dataclass(frozen=True, eq=False)
class Ordered:
    """Train, then validate, then test, with a gap between them, and the latest sessions whose labels are not known yet.

    train        gap  validate  gap  test    latest
    |===========|   |/////////|   |********|.......|→ time
    """

    train: np.ndarray  # session indices, int64
    validate: np.ndarray
    test: np.ndarray
    latest: np.ndarray = field(default_factory=lambda: np.arange(0))
    gap_sessions: int = 0

    def __post_init__(self) -> None:
        for name in ("train", "validate", "test", "latest"):
            object.__setattr__(self, name, _indices(getattr(self, name), name))
        self._refuse_disorder("train", "validate", self.gap_sessions)
        self._refuse_disorder("validate", "test", self.gap_sessions)
        self._refuse_disorder("test", "latest", 0)

    def _refuse_disorder(self, before: str, after: str, gap: int) -> None:
        ends, begins = getattr(self, before), getattr(self, after)
        if len(ends) and len(begins) and begins[0] - ends[-1] - 1 < gap:
            raise LeakFound(
                expected=f"{after} at least {gap} sessions after the end of {before}",
                found=f"{before} ends at session {ends[-1]}, {after} begins at {begins[0]}",
                next_step="use splits.ordered",
            )

    @property
    def parts(self) -> dict[str, np.ndarray]:
        """The session indices of every part, by name."""
        return {"train": self.train, "validate": self.validate, "test": self.test, "latest": self.latest}


@dataclass(frozen=True, eq=False)
class Fold:
    """Sessions to learn from and sessions to be asked about; refuses a training label that reaches into the test.

    `reach` is how many sessions after a row its label looks at. A training session t is refused when one of
    t … t+reach is a test session; and, where it lies after a test session s, when it is one of s … s+reach,
    because its columns then know the outcome that is asked about.
    """

    train: np.ndarray  # session indices, int64
    test: np.ndarray
    reach: int = 0

    def __post_init__(self) -> None:
        for name in ("train", "test"):
            object.__setattr__(self, name, _indices(getattr(self, name), name))
            if not len(getattr(self, name)):
                raise LeakFound(expected=f"at least one {name} session in a fold", found="none", next_step="use fewer or longer folds")
        touching = self.train[touched_by(self.train, self.test, before=self.reach, after=self.reach)]
        if len(touching):
            raise LeakFound(
                expected=f"every training session more than {self.reach} sessions away from the test",
                found=f"training session {touching[0]}",
                next_step="purge it from the training part",
            )


def touched_by(train: np.ndarray, test: np.ndarray, *, before: int, after: int) -> np.ndarray:
    """True for training sessions at most `before` sessions ahead of, or `after` sessions behind, a test session.

    >>> touched_by(np.arange(8), np.array([3]), before=1, after=2)
    array([False, False,  True,  True,  True,  True, False, False])
    """
    span = int(max(train.max(initial=0), test.max(initial=0))) + before + after + 2
    marks = np.zeros(span + 1, dtype=np.int64)
    np.add.at(marks, np.maximum(test - before, 0), 1)
    np.add.at(marks, test + after + 1, -1)
    return np.cumsum(marks)[train] > 0
