"""The one check that spends the error budget: does the recipe earn more for its risk than what is served, and is that no luck?"""

from __future__ import annotations

import math
from typing import Any

from nightshift.gates.evidence import Evidence
from nightshift.gates.paired import SMALLEST_LEAD_ANNUAL
from nightshift.gates.weighing import Weighed
from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.standing import Standing
from nightshift.nouns.verdict_record import Check

LEAD_METRIC = "sharpe_annual"


def ask_lead(evidence: Evidence, margin_annual: float) -> Check:
    """Passed when the lead crosses tonight's bound, failed when there is none, else not enough evidence, and how much is missing."""
    facts: dict[str, Any] = {"metric": LEAD_METRIC, "must_be": "above_champion_by", "limit": margin_annual}
    value = evidence.measure(evidence.challenger, LEAD_METRIC).value
    if evidence.champion_left_out:
        return Check(**facts, value=value, passed=None, reason=f"the champion could not be judged tonight: {evidence.champion_left_out}")
    if evidence.weighed is None or evidence.weighed.standing.lead_annual is None:
        reason = f"{evidence.challenger}'s returns stand beside nobody else's: there is nothing to lead"
        return Check(**facts, value=value, passed=None, reason=reason)
    if value is not None and not math.isfinite(value):
        return Check(**facts, value=value, passed=False, reason="its Sharpe ratio is not a finite number: that never passes")
    answer = _answered(evidence.weighed, margin_annual, _barred(evidence))
    theirs = evidence.measure(answer["baseline"], LEAD_METRIC).value
    return Check(**facts, value=value, baseline_value=theirs, **answer)


def _barred(evidence: Evidence) -> str:
    """Why no lead promotes tonight, however large; empty where one may."""
    partial = evidence.partial and evidence.champion is not None
    return "a partial night spends nothing of the error budget and promotes nothing over a champion" if partial else ""


def _answered(weighed: Weighed, margin_annual: float, barred: str) -> dict[str, Any]:
    found = weighed.standing
    lead = found.lead_annual or 0.0
    over = lead - margin_annual
    facts: dict[str, Any] = {
        "margin": over,
        "baseline": found.opponent if found.against == found.opponent else CHAMPION,
        "turns_at": margin_annual,
    }
    if not math.isfinite(lead):
        return {**facts, "passed": False, "reason": "the lead is not a finite number: that never passes"}
    if over <= SMALLEST_LEAD_ANNUAL:
        tie = "; a tie never promotes" if abs(lead) <= SMALLEST_LEAD_ANNUAL else ""
        return {**facts, "passed": False, "reason": f"{_seen(found, margin_annual)}{tie}"}
    if weighed.leads:
        return {
            **facts,
            "passed": True,
            "reason": f"{_seen(found, margin_annual)}: z {found.z:.2f}, where {found.bound:.2f} promotes tonight",
        }
    if barred:
        return {**facts, "passed": None, "reason": f"{_seen(found, margin_annual)}; {barred}"}
    more = found.more_sessions if found.n_sessions >= found.first_look_sessions else found.first_look_sessions - found.n_sessions
    return {**facts, "passed": None, "more_sessions": more, "reason": f"{_seen(found, margin_annual)}; {_missing(found)}"}


def _seen(found: Standing, margin_annual: float) -> str:
    lead = found.lead_annual or 0.0
    apart = "is level with" if abs(lead) <= SMALLEST_LEAD_ANNUAL else "leads" if lead > 0 else "is behind"
    margin = f", more than {margin_annual:.3g} is asked" if margin_annual else ""
    interval = f" ({found.low:.2f} to {found.high:.2f})" if found.low is not None else ""
    size = "" if abs(lead) <= SMALLEST_LEAD_ANNUAL else f" by {abs(lead):.2f}"
    return f"net of costs its Sharpe {apart} {found.against}{size}{interval} over {found.n_sessions} sessions{margin}"


def _missing(found: Standing) -> str:
    """Why a lead does not promote tonight, and what would."""
    left = found.budget_fraction - found.spent_before_fraction
    if left <= 1e-9:
        return f"the error budget of {found.budget_fraction:.0%} is spent until {found.period_until}"
    if not found.new_sessions:
        return "no session is new since the last look at this recipe, and the same evidence is not asked twice"
    if found.n_sessions < found.first_look_sessions:
        return f"a first look needs {found.first_look_sessions} sessions: {found.n_sessions} of {found.first_look_sessions} are there"
    known = f"z {found.z:.2f}, where {found.bound:.2f} promotes tonight" if found.bound is not None and found.z is not None else (
        f"after {found.n_sessions} of {found.horizon_sessions} sessions the error budget releases nothing yet"
    )  # fmt: skip
    if found.more_sessions is not None:
        return f"{known}; at this lead about {found.more_sessions} more sessions would tell"
    finds = f"; what is left of the budget finds a lead of {found.detectable_annual:.2f}" if found.detectable_annual is not None else ""
    return f"{known}; waiting until {found.period_until} would not tell a lead of this size from luck{finds}"
