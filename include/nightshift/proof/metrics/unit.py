"""What one of a metric's number is, and the form in which the report writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["percent", "points", "ratio", "annual", "times", "precise", "bps", "count", "seconds", "money"]


@dataclass(frozen=True)
class Unit:
    """A metric that counts in something new says so where it is declared: `unit=Unit("days held", "count")`."""

    words: str  # of the number as it is kept
    form: Form  # how it is written: digits, scale and sign are in `report/drawing/numbers.py`


FRACTION = Unit("fraction", "percent")
FRACTION_A_YEAR = Unit("fraction a year", "percent")
SCORE = Unit("score between 0 and 1", "ratio")
RETURN = Unit("return fraction", "precise")
A_YEAR = Unit("a year", "annual")
