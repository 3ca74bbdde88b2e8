"""Tonight's look: the evidence so far, weighed against what is left of the error budget. Looks go in, a standing comes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from nightshift.config import Budget, Market
from nightshift.gates import e_process
from nightshift.gates.bounds import SMALLEST_SPEND, Seen, next_bound
from nightshift.gates.earned import Earned, Period, earned_before, newly_earned, period_of
from nightshift.gates.paired import Lead, lead
from nightshift.gates.spending import SPENDING
from nightshift.nouns.look import LookEntry
from nightshift.nouns.night_roles import CHALLENGER
from nightshift.nouns.standing import Standing

_NORMAL = NormalDist()
POWER = 0.8  # with which the detectable lead is found


@dataclass(frozen=True, eq=False)
class Tonight:
    """What one night brings to the scales."""

    session: str
    recipe: str
    opponent: str  # the champion's version; empty before a first release
    earned: Earned  # challenger and opponents, on the test sessions that neither learned from
    test_sessions: tuple[str, ...]
    trials: int
    margin_annual: float
    reach: int  # sessions that one decision earns over
    sessions_a_year: float
    excluded_sessions: int = 0  # of the test sessions: one of the two had learned from them
    may_promote: bool = True  # False: a partial night, which spends nothing


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


@dataclass(frozen=True)
class _Account:
    """What this period's looks have spent."""

    spent: float  # by all
    spent_by_this: float  # by this recipe
    allowance: float  # for this recipe over its whole evidence
    left: float  # for whoever looks now


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
    account, horizon = _account(inside, own, budget.error_fraction), _horizon(own, len(whole.sessions), period, budget.sessions)
    hardest, found = _hardest(whole, tonight)
    asked = _Asked(budget, own, account, horizon, bool(brought.sessions))
    crossing = _crossing(asked, whole, hardest, found, tonight)
    seen = {day for entry in looks for day in entry.look.sessions}
    standing = Standing(
        opponent=tonight.opponent or hardest,
        first_session=whole.sessions[0] if whole.sessions else "",
        **_size(found),
        **crossing,
        margin_annual=tonight.margin_annual,
        spent_before_fraction=account.spent,
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
        detectable_annual=_detectable(found, horizon, account),
        more_sessions=_more_sessions(found, horizon, account, tonight, budget.spending) if found else None,
    )
    return Weighed(standing, brought)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What decides the bound of a look."""

    budget: Budget
    own: Sequence[LookEntry]
    account: _Account
    horizon: int
    is_new: bool  # there is evidence that no look of this recipe had


def _size(found: Lead | None) -> dict[str, Any]:
    """The lead and its interval, as a standing says them."""
    if found is None:
        return {"n_sessions": 0, "lead_annual": None, "low": None, "high": None}
    return {"n_sessions": found.n_sessions, "lead_annual": found.lead_annual, "low": found.low, "high": found.high}


def _crossing(asked: _Asked, whole: Earned, hardest: str, found: Lead | None, tonight: Tonight) -> dict[str, Any]:
    """z, the z that promotes, and what the look spends, as a standing says them."""
    enough = found is not None and found.n_sessions >= asked.budget.first_look_sessions and tonight.may_promote
    if found is None or not enough:
        return {"z": found.z if found else None, "bound": None, "spent_fraction": 0.0}
    if asked.budget.spending == "e_process":
        z, bound, spent = _bet(whole, hardest, asked.account, tonight)
        return {"z": z, "bound": bound if asked.is_new else None, "spent_fraction": spent if asked.is_new else 0.0}
    share = found.n_sessions / max(asked.horizon, 1)
    bound, spent = _bound(asked.own, share, asked.account, asked.budget.spending) if asked.is_new else (None, 0.0)
    return {"z": found.z, "bound": bound, "spent_fraction": spent}


def _account(inside: Sequence[LookEntry], own: Sequence[LookEntry], budget_fraction: float) -> _Account:
    spent, by_this = (sum(entry.look.spent_fraction for entry in entries) for entries in (inside, own))
    earlier = inside[: inside.index(own[0])] if own else inside
    return _Account(spent, by_this, budget_fraction - sum(entry.look.spent_fraction for entry in earlier), budget_fraction - spent)


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


def _bound(own: Sequence[LookEntry], share: float, account: _Account, spending: str) -> tuple[float | None, float]:
    """(z that promotes, what the look spends)."""
    allowed = SPENDING[spending](account.allowance, share) - account.spent_by_this if account.allowance > SMALLEST_SPEND else 0.0
    seen: Seen = tuple(
        (entry.look.n_sessions / max(entry.look.horizon_sessions, 1), entry.look.bound) for entry in own if entry.look.bound is not None
    )
    spend = min(allowed, account.left)
    bound = next_bound(seen, min(share, 1.0), spend)
    return bound, spend if bound is not None else 0.0


def _bet(whole: Earned, hardest: str, account: _Account, tonight: Tonight) -> tuple[float, float | None, float]:
    """(z of the bet's wealth, z that promotes, what the look spends): a recipe pays once, at its first look."""
    coins = e_process.wealth(whole.of[CHALLENGER], whole.of[hardest], tonight.margin_annual / math.sqrt(tonight.sessions_a_year))
    spent = 0.0 if account.spent_by_this else e_process.FIRST_SHARE * account.allowance
    level = account.spent_by_this or spent
    return e_process.as_z(coins), e_process.as_z(1.0 / level) if level > SMALLEST_SPEND else None, spent


def _detectable(found: Lead | None, horizon: int, account: _Account) -> float | None:
    """The lead that would be found with `POWER` once all of the period's evidence is in."""
    if found is None or not found.n_sessions or account.allowance <= SMALLEST_SPEND:
        return None
    spread = found.spread_annual * math.sqrt(found.n_sessions / max(horizon, 1))
    return (_NORMAL.inv_cdf(1.0 - account.allowance) + _NORMAL.inv_cdf(POWER)) * spread


def _more_sessions(found: Lead, horizon: int, account: _Account, tonight: Tonight, spending: str) -> int | None:
    """Sessions until a lead of this size would cross the bound, if it can within the period."""
    ahead = found.lead_annual - tonight.margin_annual
    if ahead <= 0 or not found.spread_annual or account.allowance <= SMALLEST_SPEND:
        return None
    if found.n_sessions < 1 or horizon <= found.n_sessions:
        return None
    later = np.arange(found.n_sessions + 1, horizon + 1)
    z = ahead / found.spread_annual * np.sqrt(later / found.n_sessions)
    spend = SPENDING.get(spending, SPENDING["obrien_fleming"])
    needed = [_NORMAL.inv_cdf(1.0 - max(spend(account.allowance, n / horizon), 1e-12)) for n in later]
    crossed = np.flatnonzero(z >= np.array(needed))
    return int(later[crossed[0]] - found.n_sessions) if len(crossed) else None
