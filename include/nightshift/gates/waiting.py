"""What waiting can reach: the lead that the rest of a period would find, and when one of tonight's size would be sure."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from nightshift.gates.bounds import SMALLEST_SPEND
from nightshift.gates.look_bound import Account
from nightshift.gates.paired import Lead

_NORMAL = NormalDist()
POWER = 0.8  # with which the detectable lead is found


def detectable(found: Lead | None, horizon: int, account: Account, spending: str) -> float | None:
    """The lead that would be found with `POWER` once all of the period's evidence is in."""
    if found is None or not found.n_sessions or account.allowance <= SMALLEST_SPEND:
        return None
    spread = found.spread_annual * math.sqrt(found.n_sessions / max(horizon, 1))
    return (expected_bound(spending, account.allowance, 1.0) + _NORMAL.inv_cdf(POWER)) * spread


def more_sessions(found: Lead, horizon: int, account: Account, margin_annual: float, spending: str) -> int | None:
    """Sessions until a lead of this size would cross the bound, if it can within the period."""
    ahead = found.lead_annual - margin_annual
    if ahead <= 0 or not found.spread_annual or account.allowance <= SMALLEST_SPEND:
        return None
    if found.n_sessions < 1 or horizon <= found.n_sessions:
        return None
    later = np.arange(found.n_sessions + 1, horizon + 1)
    z = ahead / found.spread_annual * np.sqrt(later / found.n_sessions)
    crossed = np.flatnonzero(z >= np.array([expected_bound(spending, account.allowance, n / horizon) for n in later]))
    return int(later[crossed[0]] - found.n_sessions) if len(crossed) else None


def expected_bound(spending: str, allowance: float, share: float) -> float:
    """The z that will promote at a share of the evidence, if every session until then is looked at: a little more than it will be.

    Exact for O'Brien and Fleming in continuous time (a Brownian motion that is stopped at a level); for the others about a level.

    >>> round(expected_bound("obrien_fleming", 0.05, 1.0), 2), round(expected_bound("obrien_fleming", 0.05, 0.25), 2)
    (1.96, 3.92)
    >>> round(expected_bound("pocock", 0.05, 0.5), 2)
    2.33
    """
    if spending == "obrien_fleming":
        return _NORMAL.inv_cdf(1.0 - allowance / 2.0) / math.sqrt(share)
    return _NORMAL.inv_cdf(1.0 - allowance / 5.0)
