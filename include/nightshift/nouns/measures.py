"""One number with the evidence behind it."""

from __future__ import annotations

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_CLOSED = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_CLOSED)
class Measure:
    """One metric's value with its interval, or the plain reason why there is none."""

    value: float | None  # NaN in memory is a broken number, which no gate passes; in a file it cannot be
    low: float | None = None
    high: float | None = None
    note: str = ""  # e.g. 'not enough evidence: 12 of 60 sessions'


Measures = dict[str, Measure]  # by metric
