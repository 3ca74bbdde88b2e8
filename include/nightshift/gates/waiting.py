"""What waiting can reach: the lead that the rest of a period would find, and when one of tonight's size would be sure."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from nightshift.gates.bounds import SMALLEST_SPEND
from nightshift.gates.look_bound import Account
from nightshift.gates.paired import Lead
from nightshift.gates.spending import SPENDING

_NORMAL = NormalDist()
POWER = 0.8  # with which the detectable lead is found


def detectable(found: Lead | None, horizon: int, account: Account) -> float | None:
    """The lead that would be found with `POWER` once all of the period's evidence is in."""
    if found is None or not found.n_sessions or account.allowance <= SMALLEST_SPEND:
        return None
    spread = found.spread_annual * math.sqrt(found.n_sessions / max(horizon, 1))
    return (_NORMAL.inv_cdf(1.0 - account.allowance) + _NORMAL.inv_cdf(POWER)) * spread


def more_sessions(found: Lead, horizon: int, account: Account, margin_annual: float, spending: str) -> int | None:
    """Sessions until a lead of this size would cross the bound, if it can within the period."""
    ahead = found.lead_annual - margin_annual
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
