"""A past night made again from what it was made from, and how what came out compares with what was written then."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Noun, Number, Record

Outcome = Literal["bit for bit", "same answers", "within tolerance", "differs"]
_WORST_FIRST: tuple[Outcome, ...] = ("differs", "within tolerance", "same answers", "bit for bit")


class Repeated(Noun):
    """One thing that the night left, against the same thing made again."""

    what: str  # clean bars, columns, a family, verdict
    outcome: Outcome
    difference: Number = None  # largest absolute difference of a prediction or of a check's value; none: nothing to measure, or equal bytes
    allowed: Number = None  # the difference that the family declares
    note: str = ""  # what differs, in words


class ReplayRecord(Record):
    """What a replay compared, and what it found."""

    FILE: ClassVar[str] = "replay.json"

    night: str
    at: str  # when it was replayed
    code: str  # `as installed`, or the commit whose code was taken from the repository
    seconds: Number
    repeated: tuple[Repeated, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of all that was compared."""
        there = {part.outcome for part in self.repeated}
        return next(outcome for outcome in _WORST_FIRST if outcome in there)

    @property
    def holds(self) -> bool:
        """True unless something differs by more than it may."""
        return self.outcome != "differs"
