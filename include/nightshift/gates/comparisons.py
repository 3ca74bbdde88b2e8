"""What a gate line may ask. The words are literal: above is a greater number, below a smaller one, by a difference, never a ratio.

A ratio to a losing champion turns its sign round (−1.2 is "20 % more" than −1.0), so there is none here. A word that
asks for the worse side of a metric ("drawdown above the champion's") is refused when the market file is read (`policy`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Against = Literal["limit", "champion", "naive"]
ROUNDING = 1e-12  # a difference this small is the order of summation, not a better model: it is a tie


@dataclass(frozen=True)
class Comparison:
    """One way to ask: on which side of what a value has to lie."""

    name: str
    against: Against
    upward: bool  # True: greater numbers pass
    strict: bool  # True: equality, a tie, does not pass
    words: str  # how it is asked of a value, with the limit as it is written
    doc: str

    def margin(self, value: float, limit: float, baseline: float = 0.0) -> float:
        """How far `value` is on the asked side of the limit: positive passes, negative fails, NaN when unknown.

        >>> COMPARISONS["above_champion_by"].margin(value=-0.5, limit=0.0, baseline=-1.0)
        0.5
        >>> COMPARISONS["below_champion_by"].margin(value=0.30, limit=0.0, baseline=0.20) < 0
        True
        """
        if not all(map(math.isfinite, (value, limit, baseline))):
            return math.nan
        gained = value - baseline if self.upward else baseline - value
        if self.against == "limit":
            return value - limit if self.upward else limit - value
        return gained - limit

    def passes(self, value: float, limit: float, baseline: float = 0.0) -> bool:
        """True only when the margin is known and on the asked side; NaN and infinity never pass.

        >>> COMPARISONS["at_least"].passes(0.6, 0.6), COMPARISONS["above_champion_by"].passes(0.6, 0.0, baseline=0.6)
        (True, False)
        >>> COMPARISONS["at_least"].passes(math.nan, 0.6), COMPARISONS["at_least"].passes(math.inf, 0.6)
        (False, False)
        """
        margin = self.margin(value, limit, baseline)
        return margin > ROUNDING if self.strict else margin >= 0

    def needed(self, limit: float, baseline: float = 0.0) -> float:
        """The value at which the check turns."""
        if self.against == "limit":
            return limit
        return baseline + limit if self.upward else baseline - limit


_ALL = (
    Comparison(
        "at_least", "limit", upward=True, strict=False, words="at least {limit}",
        doc="the value is the limit or more",
    ),
    Comparison(
        "at_most", "limit", upward=False, strict=False, words="at most {limit}",
        doc="the value is the limit or less",
    ),
    Comparison(
        "above_champion_by", "champion", upward=True, strict=True, words="above the champion by more than {limit}",
        doc="greater than the champion's by more than the limit",
    ),
    Comparison(
        "below_champion_by", "champion", upward=False, strict=True, words="below the champion by more than {limit}",
        doc="smaller than the champion's by more than the limit",
    ),
    Comparison(
        "above_naive_by", "naive", upward=True, strict=True, words="above the best naive rule by more than {limit}",
        doc="greater than the best naive rule's by more than the limit",
    ),
    Comparison(
        "below_naive_by", "naive", upward=False, strict=True, words="below the best naive rule by more than {limit}",
        doc="smaller than the best naive rule's by more than the limit",
    ),
)  # fmt: skip
COMPARISONS: dict[str, Comparison] = {comparison.name: comparison for comparison in _ALL}


def in_words(must_be: str, limit: str) -> str:
    """What a check asked, the limit as it is written; a check that is no comparison is called by its own name.

    >>> in_words("at_least", "60 %"), in_words("differs_from_champion", "–")
    ('at least 60 %', "not all as the champion's")
    """
    if must_be == "differs_from_champion":
        return "not all as the champion's"
    known = COMPARISONS.get(must_be)
    return known.words.format(limit=limit) if known else f"{must_be.replace('_', ' ')} {limit}"
