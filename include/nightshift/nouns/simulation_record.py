"""What a market's nightly policy would have done and earned over a stretch of its past, beside policies that do not ask."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import FiniteFloat

from nightshift.nouns.assay_record import Estimate
from nightshift.nouns.look import Look
from nightshift.nouns.record import Noun, Number, Record

# HELD: an ABSTAIN that waits for a person. FAILED: no family could be fitted, and the night ended in an error.
Outcome = Literal["PROMOTE", "REJECT", "ABSTAIN", "HELD", "FAILED"]
OUTCOMES: tuple[Outcome, ...] = ("PROMOTE", "REJECT", "ABSTAIN", "HELD", "FAILED")


class Said(Noun):
    """What came of one simulated night."""

    session: str  # ISO
    outcome: Outcome
    challenger: str | None  # the family; none: nobody could be judged
    headline: str
    version: str  # what the gate serves after it; empty: nothing yet


class SimulatedNight(Record):
    """One night of a simulation, sealed when it was judged: a simulation that was stopped goes on after the last of them."""

    FILE: ClassVar[str] = "simulated_night.json"

    said: Said
    look: Look | None  # none: it failed, and looked at nothing
    is_shared: bool  # its columns are those of the whole history, cut at its session; false: cleaned bars were revised since


class Promoted(Noun):
    """One change of what a policy serves, and what it brought until the next one, or until the end."""

    policy: str
    session: str  # whose night decided it
    family: str
    replaced: str  # the session whose night had fitted what was served before; empty: cash
    sessions: int  # traded afterwards, until the next change; 0: the simulation ended with it
    gain_fraction: Number  # Σ of net returns minus what the replaced would have returned; none: no session to judge it by
    low: Number  # of 95 % of the replicas; none: too few sessions
    high: Number

    @property
    def is_wrong(self) -> bool:
        """True when what it replaced would have earned more."""
        return self.gain_fraction is not None and self.gain_fraction < 0


class PolicyLife(Noun):
    """What one policy served and earned, session by session."""

    name: str
    says: str
    promotions: int
    swaps: int  # promotions that replaced a model, not cash
    judged: int  # promotions with a session afterwards
    wrong: int  # of the judged: what was replaced would have earned more
    wrong_fraction: Estimate
    swaps_brought_annual: Estimate  # net return a year over what each swap replaced; none: there was no swap with a session afterwards
    return_annual_fraction: Estimate
    sharpe_annual: Estimate
    drawdown_max_fraction: Estimate
    gate_lead_annual: Estimate  # Sharpe of the gate minus its own, on the same draws; none for the gate itself
    net_returns: tuple[FiniteFloat, ...]  # a session
    served: tuple[str, ...]  # the session whose night fitted what decided each session's trades; empty: cash


class SimulationRecord(Record):
    """A policy backtest: the gate's own nights, and what was earned with them and without."""

    FILE: ClassVar[str] = "simulation.json"

    market: str
    policy: str  # fingerprint of what decides: gates, budget, style, label
    code: str  # fingerprint of all that a simulation depends on
    snapshot: str
    first: str  # session of the first night
    last: str
    every_sessions: int  # from one night to the next
    families: tuple[str, ...]
    symbols: int
    sessions: tuple[str, ...]  # traded: all after the first night's, to the last night's
    nights: tuple[Said, ...]
    revised_nights: int  # whose history was cleaned otherwise later: their columns were computed for them alone
    first_release_nights: int | None  # nights until the gate released anything, that one counted; none: it never did
    policies: tuple[PolicyLife, ...]  # the gate first
    promoted: tuple[Promoted, ...]
    replicas: int  # of the stationary bootstrap; 0: too few sessions
    block_sessions: float
    cannot_say: tuple[str, ...]  # what of the past is known only since, and what was not asked

    def of(self, name: str) -> PolicyLife:
        """The life of one policy."""
        return next(life for life in self.policies if life.name == name)

    def counted(self, outcome: Outcome) -> int:
        """Nights that came out like this."""
        return sum(night.outcome == outcome for night in self.nights)
