"""What is left of the error budget against what is served now, before the next look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nightshift.config import Market
from nightshift.gates.earned import period_of
from nightshift.gates.look_bound import account
from nightshift.nouns.look import LookEntry


@dataclass(frozen=True)
class Remaining:
    """The error budget of a period, against one opponent."""

    opponent: str  # the champion's version; empty before a first release
    budget_fraction: float
    left_fraction: float
    looks: int  # in this period
    until: str  # the session before which it has to last


def remaining(market: Market, looks: Sequence[LookEntry], opponent: str, session: str) -> Remaining:
    """What the looks at `opponent` have left of the budget of the period in which `session` lies."""
    against = [entry for entry in looks if entry.look.opponent == opponent]
    period = period_of(against, market.calendar, session, market.budget.sessions)
    inside = [entry for entry in against if entry.look.period_from == period.first]
    whole = market.budget.error_fraction
    return Remaining(opponent, whole, max(account(inside, (), whole).left, 0.0), len(inside), period.until)
