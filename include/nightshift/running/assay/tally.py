"""Lives counted: shares of markets and nights, each with an interval."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from nightshift.nouns.assay_record import CaseResult, Estimate, Level
from nightshift.nouns.lives import Life
from nightshift.running.assay.cases import Case

_Z = 1.959964
SESSIONS_A_YEAR = 252


def counted(case: Case, level: Level, nights: int, lives: Sequence[Life]) -> CaseResult:
    """What became of all markets of a case."""
    against = Counter(name for life in lives for name in life.blocked)
    waits = [life.promotions[0] + 1 for life in lives if life.promotions]
    needless = [len(needless_of(case, nights, life)) * SESSIONS_A_YEAR / nights for life in lives]
    return CaseResult(
        name=case.name, says=case.says, kind=case.kind, level=level, served=case.served, sequences=len(lives), nights=nights,
        effect=case.effect, effect_seen=float(np.mean([life.effect or 0.0 for life in lives])) if lives else None,
        promoted=wilson(len(waits), len(lives)), crossed=wilson(sum(life.crossed is not None for life in lives), len(lives)),
        needless_a_year=mean(needless), wait_sessions=median(waits),
        undecided=mean([life.undecided_nights / nights for life in lives]),
        against=tuple(name for name, _ in against.most_common(5)),
    )  # fmt: skip


def needless_of(case: Case, nights: int, life: Life) -> tuple[int, ...]:
    """The promotions that changed nothing for the better: all where there is nothing to find, those after the first where there is."""
    if case.kind == "planted":
        return life.promotions[1:]
    if case.kind == "dying":
        alive = [night for night in life.promotions if night < nights // 2]
        return (*alive[1:], *(night for night in life.promotions if night >= nights // 2))
    return life.promotions


def wilson(hits: int, n: int) -> Estimate:
    """A share with Wilson's interval.

    >>> [round(end, 3) for end in (wilson(0, 100).low, wilson(0, 100).high, wilson(50, 1000).high)]
    [0.0, 0.037, 0.065]
    """
    if not n:
        return Estimate(value=None, low=None, high=None)
    share, spread = hits / n, _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Estimate(value=share, low=max(middle - half, 0.0), high=min(middle + half, 1.0))


def mean(values: Sequence[float]) -> Estimate:
    """A mean with its normal interval, which ends at 0.

    >>> mean([1.0, 1.0]).high
    1.0
    """
    if not values:
        return Estimate(value=None, low=None, high=None)
    centre, half = float(np.mean(values)), _Z * float(np.std(values)) / math.sqrt(len(values))
    return Estimate(value=centre, low=max(centre - half, 0.0), high=centre + half)


def median(values: Sequence[float]) -> Estimate:
    """A median with the interval of its order statistics.

    >>> median([3.0, 1.0, 2.0]).value
    2.0
    """
    if not values:
        return Estimate(value=None, low=None, high=None)
    ordered, half = sorted(values), _Z * math.sqrt(len(values)) / 2
    low, high = math.floor(len(values) / 2 - half), math.ceil(len(values) / 2 + half)
    return Estimate(value=float(np.median(ordered)), low=float(ordered[max(low, 0)]), high=float(ordered[min(high, len(values) - 1)]))
