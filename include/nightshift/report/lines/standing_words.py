"""Where a recipe stands, in words: the lead and what would promote it, the error budget and what is left of it."""

from __future__ import annotations

from nightshift.gates.remaining import Remaining
from nightshift.nouns.standing import Standing
from nightshift.report.drawing.numbers import interval, shown

_SMALLEST_SHOWN = 0.00005  # what two digits of a percentage would round to nothing


def evidence(found: Standing) -> str:
    """The lead, its interval, the sessions it stands on, and the z that promotes."""
    if found.lead_annual is None or not found.n_sessions:
        return f"no session of evidence yet against {found.against or 'anybody'}"
    since = f" since {found.first_session}" if found.first_session else ""
    return f"{lead(found)} over {found.against}, {shown(found.n_sessions, 'count')} sessions{since}: {crossing(found)}"


def lead(found: Standing) -> str:
    """How much more it earns for its risk, and how sure that is."""
    ends = interval(found.low, found.high, "annual")
    return f"{shown(found.lead_annual, 'annual', signed=True)} annual Sharpe{f' ({ends})' if ends else ''}"


def crossing(found: Standing) -> str:
    """The z of the lead beside the one that promotes tonight."""
    needed = "none promotes tonight" if found.bound is None else f"{shown(found.bound, 'annual')} promotes"
    return f"z {shown(found.z, 'annual')}, {needed}"


def budget(found: Standing) -> str:
    """What the looks of this period have spent, tonight's among them, of how much, and until when it has to last."""
    spent, whole = share(found.spent_before_fraction + found.spent_fraction), share(found.budget_fraction)
    return f"{spent} of {whole} spent, {share(found.spent_fraction)} tonight; look {found.number} of the period until {found.period_until}"


def left(found: Remaining) -> str:
    """What the next look at what is served may spend of.

    >>> left(Remaining("1.0.0", 0.05, 0.0451, 3, "2027-11-18"))
    '4.51 % of 5.00 % left against champion 1.0.0 until 2027-11-18, after 3 looks'
    >>> left(Remaining("", 0.05, 0.05, 0, "2027-11-18"))
    'all of 5.00 % left against the naive rules: no look yet'
    """
    against = f"champion {found.opponent}" if found.opponent else "the naive rules"
    if not found.looks:
        return f"all of {share(found.budget_fraction)} left against {against}: no look yet"
    after = "1 look" if found.looks == 1 else f"{found.looks} looks"
    return f"{share(found.left_fraction)} of {share(found.budget_fraction)} left against {against} until {found.until}, after {after}"


def waiting(found: Standing) -> str:
    """What further sessions can show."""
    if found.more_sessions is not None:
        return f"about {shown(found.more_sessions, 'count')} more sessions, if the lead stays as it is"
    return f"no number of sessions until {found.period_until} tells a lead of this size from luck"


def share(fraction: float) -> str:
    """A share of the error budget: never rounded to nothing.

    >>> share(0.05), share(0.00312), share(1e-7), share(0.0)
    ('5.00 %', '0.31 %', 'under 0.01 %', 'nothing')
    """
    if fraction <= 0:
        return "nothing"
    return "under 0.01 %" if fraction < _SMALLEST_SHOWN else shown(fraction, "percent")
