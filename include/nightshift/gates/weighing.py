"""Tonight's look: the evidence so far, weighed against what is left of the error budget. Looks go in, a standing comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nightshift.config import Market
from nightshift.gates.earned import Earned, Period, earned_before, newly_earned, period_of
from nightshift.gates.look_bound import Question, account, crossing
from nightshift.gates.paired import Lead, lead
from nightshift.gates.tonight import Tonight
from nightshift.gates.waiting import detectable, more_sessions
from nightshift.nouns.look import LookEntry
from nightshift.nouns.night_roles import CHALLENGER
from nightshift.nouns.standing import Standing


@dataclass(frozen=True, eq=False)
class Weighed:
    """The standing, and the evidence that is new with it."""

    standing: Standing
    brought: Earned

    @property
    def leads(self) -> bool:
        """True when the lead promotes tonight."""
        found = self.standing
        return found.bound is not None and found.z is not None and found.z >= found.bound


def weigh(market: Market, looks: Sequence[LookEntry], tonight: Tonight) -> Weighed:
    """The standing of tonight's recipe, given every earlier look of the market (oldest first)."""
    budget = market.budget
    against = [entry for entry in looks if entry.look.opponent == tonight.opponent]
    period = period_of(against, market.calendar, tonight.session, budget.sessions)
    inside = [entry for entry in against if entry.look.period_from == period.first]
    own = [entry for entry in inside if entry.look.recipe == tonight.recipe]
    before = earned_before(own)
    brought = newly_earned(tonight.earned, before, period)
    whole = Earned.joined((before, brought))
    spent = account(inside, own, budget.error_fraction)
    horizon = _horizon(own, len(whole.sessions), period, budget.sessions)
    hardest, found = _hardest(whole, tonight)
    question = Question(budget, own, spent, horizon, bool(brought.sessions))
    crossed = crossing(question, whole, hardest, found, tonight)
    seen = {day for entry in looks for day in entry.look.sessions}
    standing = Standing(
        opponent=tonight.opponent or hardest,
        first_session=whole.sessions[0] if whole.sessions else "",
        **_size(found),
        **crossed,
        margin_annual=tonight.margin_annual,
        spent_before_fraction=spent.spent,
        budget_fraction=budget.error_fraction,
        period_from=period.first,
        period_until=period.until,
        horizon_sessions=horizon,
        new_sessions=len(brought.sessions),
        reused_sessions=sum(day in seen for day in tonight.test_sessions),
        excluded_sessions=tonight.excluded_sessions,
        first_look_sessions=budget.first_look_sessions,
        looks=len(inside),
        trials=tonight.trials,
        trials_before=sum(entry.look.trials for entry in looks),
        detectable_annual=detectable(found, horizon, spent, budget.spending),
        more_sessions=more_sessions(found, horizon, spent, tonight.margin_annual, budget.spending) if found else None,
    )
    return Weighed(standing, brought)


def _horizon(own: Sequence[LookEntry], n_sessions: int, period: Period, length_sessions: int) -> int:
    planned = [entry.look.horizon_sessions for entry in own if entry.look.n_sessions]
    return planned[0] if planned else n_sessions + length_sessions - period.elapsed_sessions


def _hardest(whole: Earned, tonight: Tonight) -> tuple[str, Lead | None]:
    """The opponent that is led by least certainty: all of them have to be led."""
    leads = {
        name: lead(
            whole.of[CHALLENGER], theirs, sessions_a_year=tonight.sessions_a_year, margin_annual=tonight.margin_annual, reach=tonight.reach
        )
        for name, theirs in whole.of.items()
        if name != CHALLENGER
    }
    name = min(leads, key=lambda name: (leads[name].z, leads[name].lead_annual), default="")
    return name, leads.get(name)


def _size(found: Lead | None) -> dict[str, Any]:
    """The lead and its interval, as a standing says them."""
    if found is None:
        return {"n_sessions": 0, "lead_annual": None, "low": None, "high": None}
    return {"n_sessions": found.n_sessions, "lead_annual": found.lead_annual, "low": found.low, "high": found.high}
