"""Where a recipe stands against what is served: the lead so far, what it would have to be, and what is left of the error budget."""

from __future__ import annotations

from nightshift.nouns.record import Noun, Number


class Standing(Noun):
    """The lead of the night's recipe, on all sessions of evidence since its opponent was appointed."""

    opponent: str  # the champion's version, or the naive rule that is hardest to lead
    n_sessions: int  # of evidence
    first_session: str  # of the evidence; empty: there is none
    lead_annual: Number  # in annual Sharpe, net of costs
    low: Number
    high: Number
    z: Number
    bound: Number  # the z that promotes tonight; none: nothing can be promoted at this look
    margin_annual: float  # the lead that the policy asks for
    spent_fraction: float  # of the error budget, by this look
    spent_before_fraction: float  # by all looks before it
    budget_fraction: float
    period_from: str  # the session at which this budget began
    period_until: str  # the session before which it has to last
    horizon_sessions: int  # of evidence that it is planned for
    new_sessions: int  # of evidence, that no earlier look had
    reused_sessions: int  # tonight's test sessions that an earlier look had seen
    excluded_sessions: int  # tonight's test sessions that one of the two had learned from
    first_look_sessions: int  # of evidence before anything is spent
    looks: int  # before this one, in this period
    trials: int  # fits that tonight chose among
    trials_before: int  # of all earlier looks of the market
    detectable_annual: Number  # the lead that would be found in four of five periods
    more_sessions: int | None  # until a lead of this size would promote; none: waiting cannot show it

    @property
    def against(self) -> str:
        """The opponent in words."""
        return f"champion {self.opponent}" if self.opponent[:1].isdigit() else self.opponent

    @property
    def number(self) -> int:
        """Of this look, in its period."""
        return self.looks + 1
