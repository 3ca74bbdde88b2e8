"""What everyone measured on the same sessions."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.record import Facts, Noun, Record

Part = Literal["validate", "test"]
PARTS: tuple[Part, ...] = ("validate", "test")


class Span(Noun):
    """A run of sessions."""

    first: str
    last: str
    sessions: int


class Intervals(Noun):
    """How the intervals of a part were made."""

    method: str
    level: float
    replicas: int  # 0: too few sessions for any
    block_sessions: float


def _from_1(facts: Facts) -> Facts:
    """Schema 1 kept spans as lists, the examination as `charts`, and no version where there was no champion."""
    spans = {part: dict(zip(("first", "last", "sessions"), span, strict=True)) for part, span in facts["sessions"].items()}
    kept = {key: value for key, value in facts.items() if key != "charts"}
    return {"champion_version": None, **kept, "sessions": spans}


def _from_2(facts: Facts) -> Facts:
    """Schema 2 compared everyone on the whole test part, and measured no differences."""
    return {**facts, "learned_until": {}, "compared": {}, "leads": {}}


class Evaluation(Record):
    """Challengers, champion, naive rules and benchmarks, each on validation and test sessions."""

    FILE: ClassVar[str] = "evaluation.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: _from_1, 2: _from_2}

    task: Literal["classification", "regression"]
    sessions: dict[Part, Span]
    challengers: tuple[str, ...]  # in the market's order
    champion: str | None  # its name among the measures; none: there is none, or it could not be judged
    champion_version: str | None
    naive: tuple[str, ...]
    benchmarks: tuple[str, ...]
    left_out: dict[str, str]  # name -> why it is not among the measures
    rows: dict[Part, int]
    intervals: dict[Part, Intervals]
    measures: dict[Part, dict[str, Measures]]  # part -> name -> metric
    learned_until: dict[str, str] = {}  # noqa: RUF012 - name -> the last session that anything it learned from looked at, where that is known
    compared: dict[str, Span] = {}  # noqa: RUF012 - opponent -> the test sessions that neither it nor the challengers learned from
    leads: dict[str, dict[str, Measures]] = {}  # noqa: RUF012 - challenger -> opponent -> metric: how much greater the challenger's number is on those sessions

    @property
    def names(self) -> tuple[str, ...]:
        """Everyone, in the order of the table of returns."""
        return (*self.challengers, *((self.champion,) if self.champion else ()), *self.naive, *self.benchmarks)

    def measures_of(self, name: str, part: Part = "test") -> Measures:
        """Everything that was measured of a name; nothing where it was not judged."""
        return self.measures[part].get(name, {})

    def best_naive(self, metric: str, *, upward: bool) -> Measure | None:
        """The measure of the naive rule that is hardest to beat on the test sessions; None where no rule has a value."""
        known = {rule: one.value for rule in self.naive if (one := self.measure(rule, metric)).value is not None}
        hardest = sorted(known, key=lambda rule: known[rule], reverse=upward)  # of equals the first
        return self.measure(hardest[0], metric) if hardest else None

    def measure(self, name: str, metric: str, part: Part = "test") -> Measure:
        """What was measured; a metric that nobody measured has no value and says so."""
        found = self.measures_of(name, part).get(metric)
        return Measure(None, note=f"{metric} was not measured for {name}") if found is None else found
