"""One number with the evidence behind it."""

from __future__ import annotations

from dataclasses import fields

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


def as_facts(record: object) -> dict:
    """A record as plain JSON-able facts (one level; nested records too)."""

    def plain(value: object) -> object:
        if hasattr(value, "__dataclass_fields__"):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]
        return [plain(v) for v in value] if isinstance(value, tuple | list) else value

    return plain(record)  # type: ignore[return-value]
