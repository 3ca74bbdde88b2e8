"""How much of an error budget may have been spent once a share of the evidence is in; the promise is the budget in all, not a look.

O'Brien and Fleming spend late: few early swaps, nearly the power of a single look at the end. Pocock spends evenly. Both are
spending functions of Lan and DeMets (1983): how often and when one looks is free, only the amount of evidence counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

_NORMAL = NormalDist()


def obrien_fleming(budget_fraction: float, share: float) -> float:
    """Spent of the budget by the time a share of the evidence is in: next to nothing early.

    >>> [round(obrien_fleming(0.05, share), 5) for share in (0.1, 0.33, 0.5, 1.0)]
    [0.0, 0.00065, 0.00557, 0.05]
    """
    if share <= 0:
        return 0.0
    return 2.0 * (1.0 - _NORMAL.cdf(_NORMAL.inv_cdf(1.0 - budget_fraction / 2.0) / math.sqrt(min(share, 1.0))))


def pocock(budget_fraction: float, share: float) -> float:
    """Spent of the budget by the time a share of the evidence is in: about evenly.

    >>> [round(pocock(0.05, share), 4) for share in (0.1, 0.5, 1.0)]
    [0.0079, 0.031, 0.05]
    """
    return budget_fraction * math.log(1.0 + (math.e - 1.0) * min(max(share, 0.0), 1.0))


SPENDING: dict[str, Callable[[float, float], float]] = {"obrien_fleming": obrien_fleming, "pocock": pocock}
