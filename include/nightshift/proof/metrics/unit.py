"""What one of a metric's number is, how low and how high such a number can be, and the form in which the report writes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Form = Literal["percent", "points", "ratio", "annual", "times", "precise", "bps", "count", "seconds", "money"]


@dataclass(frozen=True)
class Unit:
    """A metric that counts in something new says so where it is declared: `unit=Unit("days held", "count")`."""

    words: str  # of the number as it is kept
    form: Form  # how it is written: digits, scale and sign are in `report/drawing/numbers.py`
    lowest: float = -math.inf  # of any number in this unit; a metric with another range says so itself
    highest: float = math.inf


FRACTION = Unit("fraction", "percent", lowest=0.0, highest=1.0)
FRACTION_A_YEAR = Unit("fraction a year", "percent")
SCORE = Unit("score between 0 and 1", "ratio", lowest=0.0, highest=1.0)
RETURN = Unit("return fraction", "precise")
A_YEAR = Unit("a year", "annual")
