"""How often a policy is wrong, and how often it finds what is there: what the gate assay measured, and whether that is within bounds."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Noun, Number, Record

Level = Literal["evidence", "line"]
LEVELS: tuple[Level, ...] = ("evidence", "line")


class Estimate(Noun):
    """A number with its 95 % interval; none: nothing was there to measure."""

    value: Number
    low: Number
    high: Number


class CaseResult(Noun):
    """One kind of market whose truth is known, lived through many times."""

    name: str
    says: str
    kind: str  # null | planted | leaky | dying | stationary
    level: Level
    served: bool  # whether something was served when its nights began
    sequences: int
    nights: int
    effect: float  # information ratio of what there was to find
    effect_seen: Number  # as it came, on average
    promoted: Estimate  # share of the markets that ever promoted
    crossed: Estimate  # share of the markets on which the lead ever crossed its bound, whatever else the policy asked
    needless_a_year: Estimate  # promotions that changed nothing for the better
    wait_sessions: Estimate  # median number of nights until the first promotion
    undecided: Estimate  # share of the nights on which the recipe led and that was not proven: the lead abstained
    against: tuple[str, ...]  # checks that stood against a lead that was or may be proven, the most frequent first


class AssayRecord(Record):
    """A policy put through markets whose truth is known."""

    FILE: ClassVar[str] = "assay.json"

    market: str
    policy: str  # fingerprint of what decides: gates, budget, style, label
    code: str  # fingerprint of the rooms that judged
    assayed_on: str  # ISO date
    not_asked: tuple[str, ...]  # lines of the policy that need a fitted model: taken as passed
    cases: tuple[CaseResult, ...]
    out_of_bounds: tuple[str, ...]  # a sentence for each limit that is not kept

    @property
    def in_bounds(self) -> bool:
        """True when the policy keeps every limit."""
        return not self.out_of_bounds

    def case(self, name: str, level: Level = "evidence") -> CaseResult | None:
        """The result of one case; none where it was not lived through."""
        return next((case for case in self.cases if case.name == name and case.level == level), None)
