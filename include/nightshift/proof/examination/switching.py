"""What it costs to serve another model: the champion's newest positions have to become the challenger's before its lead is earned."""

from __future__ import annotations

import math

import numpy as np

from nightshift.nouns.night_roles import CHAMPION
from nightshift.nouns.questions import Switch
from nightshift.proof.evaluation.material import Material
from nightshift.proof.evaluation.measuring import Judged
from nightshift.proof.evaluation.targets import targets


def switch(material: Material, test: Judged, leader: str) -> Switch | None:
    """The one-off cost of changing to the leader, and how many sessions of its lead repay it; none without a champion."""
    if CHAMPION not in test.portfolios:
        return None
    costs = material.market.costs
    moved = float(np.abs(newest_weights(material, leader) - newest_weights(material, CHAMPION)).sum())
    lead = float(np.mean(test.portfolios[leader].net_return_fraction - test.portfolios[CHAMPION].net_return_fraction))
    cost = moved * (costs.commission_bps + costs.slippage_bps) / 1e4
    return Switch(turnover_fraction=moved, cost_fraction=cost, lead_a_session=lead, repaid_sessions=repaid_sessions(cost, lead))


def repaid_sessions(cost_fraction: float, lead_a_session: float) -> float | None:
    """Sessions until a lead has earned a cost; none: it never does.

    >>> repaid_sessions(0.0004, 0.0001), repaid_sessions(0.0, 0.0001), repaid_sessions(0.0004, -0.0001)
    (4, 0, None)
    """
    return math.ceil(round(cost_fraction / lead_a_session, 9)) if lead_a_session > 0 else None


def newest_weights(material: Material, name: str) -> np.ndarray:
    """What a name wants to hold after the last session, by its scores on the test sessions and those since."""
    from_test = material.scores[name][:, int(material.sessions["test"][0]) :]
    return targets(from_test, material.market.costs, material.task)[:, -1]
