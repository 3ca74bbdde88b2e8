"""What a night would ask of these bars, against the limits of a market file, and the limits that are just wide enough."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nightshift.data.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nightshift.config import Quality
    from nightshift.data.quality.cleaning import Cleaned
    from nightshift.data.quality.feed import Facts

WIDEST_DEFECT_FRACTION = 0.2  # a file never allows more: such bars are not mended by dropping them
LOWEST_SHARE = 0.5  # nor less of the symbols or sessions than this


@dataclass(frozen=True)
class Limit:
    """One limit: what was measured against it, its key in the market file, and whether more or less of it is good."""

    key: str
    words: str
    measured: float
    limit: float
    at_least: bool
    widest: float = WIDEST_DEFECT_FRACTION

    @property
    def is_kept(self) -> bool:
        """Whether a night passes it."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    @property
    def widened(self) -> Limit:
        """The same with a limit that is just wide enough, or as it was where that would be too wide.

        >>> wide = Limit("quality.min_symbol_coverage", "of the symbols", 0.8345, 0.9, True).widened
        >>> wide.limit, wide.is_kept, Limit("quality.limits.duplicate", "twice", 0.3, 0.05, False).widened.is_kept
        (0.83, True, False)
        """
        if self.is_kept:
            return self
        step = 100.0 if self.at_least else 10.0 ** (1 - math.floor(math.log10(self.measured)))
        enough = math.floor(self.measured * step) / step if self.at_least else math.ceil(round(self.measured * step + 1e-6, 9)) / step
        enough = min(enough, 1.0)
        too_wide = enough < LOWEST_SHARE if self.at_least else enough > self.widest
        return self if too_wide else replace(self, limit=round(enough, 9))

    def __str__(self) -> str:
        side = "at least" if self.at_least else "at most"
        return f"{self.measured:.2%} {self.words}, where the limit is {side} {self.limit:.2%} (`{self.key}`)"


def limits_of(cleaned: Cleaned, facts: Facts, quality: Quality) -> tuple[Limit, ...]:
    """Every limit that a night asks about, in the order of a market file."""
    account = cleaned.account
    rows_in = max(account.rows_in, 1)
    counted = {name: n for name, n in (account.dropped | account.repaired).items() if REASONS[name].of == "rows"}
    feed = (
        Limit("quality.min_symbol_coverage", "of the symbols that traded within a year have a bar in the newest session",
              facts.newest_session_coverage_fraction, quality.min_symbol_coverage, True),
        Limit("quality.min_calendar_completeness", "of the calendar's sessions have bars",
              facts.calendar_completeness_fraction, quality.min_calendar_completeness, True),
    )  # fmt: skip
    rows = (
        Limit(REASONS[name].key, f"of the rows {REASONS[name].words}", n / rows_in, REASONS[name].limit(quality), False)
        for name, n in counted.items()
    )
    action = REASONS["unadjusted_action"]  # certain, and mended with its factor: every symbol may have one
    acted = 1.0 - facts.symbols_without_unadjusted_action_fraction
    adjusted = Limit(action.key, f"of the symbols {action.words}", acted, action.limit(quality), at_least=False, widest=1.0)
    return (*feed, adjusted, *rows)


def tightest(limits: Sequence[Limit]) -> dict[str, float]:
    """One number a key: where two measures share it, the one that lets both pass."""
    numbers: dict[str, float] = {}
    for one in limits:
        numbers[one.key] = min(numbers.get(one.key, one.limit), one.limit) if one.at_least else max(numbers.get(one.key, 0.0), one.limit)
    return numbers
