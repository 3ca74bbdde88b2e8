"""Standings made by hand, and leads that follow from measures: what the judge's tests put on the scales."""

from __future__ import annotations

from nightshift.gates.earned import Earned
from nightshift.gates.weighing import Weighed
from nightshift.nouns.measures import Measure, Measures
from nightshift.nouns.standing import Standing


def standing(**changes) -> Standing:
    """A lead of 2 in annual Sharpe that promotes tonight, with some of its facts changed."""
    facts = {
        "opponent": "1.0.0", "n_sessions": 120, "first_session": "2026-01-05", "lead_annual": 2.0, "low": 0.9, "high": 3.1, "z": 3.5,
        "bound": 2.5, "margin_annual": 0.0, "spent_fraction": 0.001, "spent_before_fraction": 0.0, "budget_fraction": 0.05,
        "period_from": "2026-06-30", "period_until": "2027-06-28", "horizon_sessions": 370, "new_sessions": 1, "reused_sessions": 119,
        "excluded_sessions": 0, "first_look_sessions": 20, "looks": 12, "trials": 4, "trials_before": 48, "detectable_annual": 1.9,
        "more_sessions": None,
    }  # fmt: skip
    return Standing(**facts | changes)


def weighed(**changes) -> Weighed:
    """The same on the scales."""
    return Weighed(standing(**changes), Earned.nothing())


def leads(measures: dict[str, Measures], challenger: str) -> dict[str, Measures]:
    """How much further the challenger measures than everyone else, exactly."""
    ours = measures.get(challenger, {})
    return {
        name: {metric: _difference(ours[metric], theirs) for metric, theirs in others.items() if metric in ours}
        for name, others in measures.items()
        if name != challenger
    }


def _difference(ours: Measure, theirs: Measure) -> Measure:
    if ours.value is None or theirs.value is None:
        return Measure(None, note=ours.note or theirs.note)
    return Measure(ours.value - theirs.value)
