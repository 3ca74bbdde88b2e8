"""Who is who in a night: leader, champion, naive rule, benchmark, or another candidate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Role = Literal["challenger", "champion", "naive", "benchmark", "candidate"]

CHALLENGER = "challenger"  # what the night proposes, whatever its family
CHAMPION = "champion"  # what the served release is called beside families and rules
HOLD, CASH, RANDOM = "buy_and_hold", "cash", "random_same_turnover"
BENCHMARKS = (HOLD, CASH, RANDOM)
_BEFORE: dict[Role, int] = {"challenger": 0, "champion": 1, "benchmark": 2, "naive": 3, "candidate": 5}
_LATE = {RANDOM: 4, CASH: 6}


@dataclass(frozen=True)
class Roles:
    """The role of every name, and the order in which a reader asks about them."""

    leader: str  # the challenger that was selected
    naive: tuple[str, ...] = ()

    def of(self, name: str) -> Role:
        """The role of a name, which decides its colour everywhere.

        >>> Roles("ridge", naive=("mean",)).of("mean")
        'naive'
        """
        if name == self.leader:
            return "challenger"
        if name == CHAMPION:
            return "champion"
        if name in self.naive:
            return "naive"
        return "benchmark" if name in BENCHMARKS else "candidate"

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Leader, champion, buy and hold, naive rules, chance, the other candidates, cash; equals stay as they came.

        >>> Roles("ridge", naive=("mean",)).in_order(["cash", "lasso", "mean", "buy_and_hold", "ridge"])
        ['ridge', 'buy_and_hold', 'mean', 'lasso', 'cash']
        """
        return sorted(names, key=lambda name: _LATE.get(name, _BEFORE[self.of(name)]))
