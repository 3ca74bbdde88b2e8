"""What the gate said: every check that was asked, and the decision they make."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Facts, Noun, Number, Record
from nightshift.nouns.standing import Standing

Decision = Literal["PROMOTE", "REJECT", "ABSTAIN"]


class Check(Noun):
    """One gate's answer: what was measured, what was asked, why that decides, and what would have turned it."""

    metric: str | None  # none: it is about all that was measured
    must_be: str
    limit: Number
    value: Number
    passed: bool | None  # none: not enough evidence
    reason: str
    margin: Number = None  # positive: on the asked side, by so much
    baseline: str | None = None  # whose value it was compared with
    baseline_value: Number = None
    turns_at: Number = None  # the value at which this check would have answered otherwise
    more_sessions: int | None = None  # an estimate of the evidence that is missing
    held: bool = False  # too good to be true: a person decides

    @property
    def name(self) -> str:
        """The metric and the comparison, as a policy's line spells them."""
        return f"{self.metric} {self.must_be}" if self.metric else self.must_be

    @property
    def room(self) -> float | None:
        """How far it was from turning, as a share of the numbers it compared: units differ."""
        if self.margin is None:
            return None
        return abs(self.margin) / max(abs(self.value or 0.0), abs(self.turns_at or 0.0), 1e-9)

    @property
    def told(self) -> str:
        """The reason, for where its state stands beside it: missing evidence is not said twice."""
        return self.reason.replace("not enough evidence: ", "", 1)


def _from_1(facts: Facts) -> Facts:
    """Schema 1 left out what it had nothing to say about, and called all that was measured `any_metric`."""
    nothing = {"champion_version": None, "champion_judged": "champion_version" in facts, "more_sessions": None}
    checks = [{**check, "metric": None if check["metric"] == "any_metric" else check["metric"]} for check in facts["checks"]]
    return {**nothing, **facts, "checks": checks}


def _from_2(facts: Facts) -> Facts:
    """Schema 2 compared one night alone: it had no standing, no partial nights, no holds and no alarm."""
    return {"standing": None, "partial": "", "alarm": "", **facts}


class Verdict(Record):
    """PROMOTE, REJECT or ABSTAIN, with every check that was asked."""

    FILE: ClassVar[str] = "verdict.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: _from_1, 2: _from_2}

    decision: Decision
    headline: str
    challenger: str | None  # none: no family could be judged
    champion_version: str | None  # what it was compared with; none: nothing was served yet, or it could not be judged
    champion_judged: bool = True  # false: a champion is served that could not be judged tonight
    more_sessions: int | None = None  # an estimate of the evidence that an ABSTAIN lacks
    checks: tuple[Check, ...] = ()
    standing: Standing | None = None  # the lead over what is served, and what is left of the error budget; none: nobody was compared
    partial: str = ""  # why the night may not replace a champion of the whole market; empty: it is whole
    alarm: str = ""  # why nothing could have been promoted for many nights; empty: it could

    @property
    def promotes(self) -> bool:
        """True when the challenger is to be released."""
        return self.decision == "PROMOTE"

    @property
    def held(self) -> bool:
        """True when only what is too good to be true stands against it: a person decides."""
        blocking = [check for check in self.checks if check.passed is not True]
        return bool(blocking) and all(check.held for check in blocking)
