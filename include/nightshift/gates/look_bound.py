"""What a look may spend of the error budget, and the z that promotes for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nightshift.config import Budget
from nightshift.gates import e_process
from nightshift.gates.bounds import SMALLEST_SPEND, Seen, next_bound
from nightshift.gates.earned import Earned
from nightshift.gates.paired import Lead
from nightshift.gates.spending import SPENDING
from nightshift.gates.tonight import Tonight
from nightshift.nouns.look import LookEntry
from nightshift.nouns.night_roles import CHALLENGER


@dataclass(frozen=True)
class Account:
    """What this period's looks have spent."""

    spent: float  # by all
    spent_by_this: float  # by this recipe
    allowance: float  # for this recipe over its whole evidence
    left: float  # for whoever looks now


@dataclass(frozen=True, eq=False)
class Question:
    """What decides the bound of a look."""

    budget: Budget
    own: Sequence[LookEntry]
    account: Account
    horizon: int
    is_new: bool  # there is evidence that no look of this recipe had


def account(inside: Sequence[LookEntry], own: Sequence[LookEntry], budget_fraction: float) -> Account:
    """What the looks of a period have spent, by the recipe `own` and by all."""
    spent, by_this = (sum(entry.look.spent_fraction for entry in entries) for entries in (inside, own))
    earlier = inside[: inside.index(own[0])] if own else inside
    return Account(spent, by_this, budget_fraction - sum(entry.look.spent_fraction for entry in earlier), budget_fraction - spent)


def crossing(question: Question, whole: Earned, hardest: str, found: Lead | None, tonight: Tonight) -> dict[str, Any]:
    """z, the z that promotes, and what the look spends, as a standing says them."""
    enough = found is not None and found.n_sessions >= question.budget.first_look_sessions and tonight.may_promote
    if found is None or not enough:
        return {"z": found.z if found else None, "bound": None, "spent_fraction": 0.0}
    if question.budget.spending == "e_process":
        z, bound, spent = _bet(whole, hardest, question.account, tonight)
        return {"z": z, "bound": bound if question.is_new else None, "spent_fraction": spent if question.is_new else 0.0}
    share = found.n_sessions / max(question.horizon, 1)
    bound, spent = _bound(question.own, share, question.account, question.budget.spending) if question.is_new else (None, 0.0)
    return {"z": found.z, "bound": bound, "spent_fraction": spent}


def _bound(own: Sequence[LookEntry], share: float, account: Account, spending: str) -> tuple[float | None, float]:
    """(z that promotes, what the look spends)."""
    allowed = SPENDING[spending](account.allowance, share) - account.spent_by_this if account.allowance > SMALLEST_SPEND else 0.0
    seen: Seen = tuple(
        (entry.look.n_sessions / max(entry.look.horizon_sessions, 1), entry.look.bound) for entry in own if entry.look.bound is not None
    )
    spend = min(allowed, account.left)
    bound = next_bound(seen, min(share, 1.0), spend)
    return bound, spend if bound is not None else 0.0


def _bet(whole: Earned, hardest: str, account: Account, tonight: Tonight) -> tuple[float, float | None, float]:
    """(z of the bet's wealth, z that promotes, what the look spends): a recipe pays once, at its first look."""
    coins = e_process.wealth(whole.of[CHALLENGER], whole.of[hardest], tonight.margin_annual / math.sqrt(tonight.sessions_a_year))
    spent = 0.0 if account.spent_by_this else e_process.FIRST_SHARE * account.allowance
    level = account.spent_by_this or spent
    return e_process.as_z(coins), e_process.as_z(1.0 / level) if level > SMALLEST_SPEND else None, spent
