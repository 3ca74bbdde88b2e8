"""One number with the evidence behind it, one check, one verdict."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Measure:
    """One metric's value with its interval, or the plain reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""  # e.g. 'not enough evidence: 12 of 60 sessions'


@dataclass(frozen=True)
class Check:
    """One gate's answer: what was measured, what was asked, and why that decides."""

    metric: str
    must_be: str
    limit: float | None
    value: float | None
    passed: bool | None  # None: not enough evidence
    reason: str


@dataclass(frozen=True)
class Verdict:
    """PROMOTE, REJECT or ABSTAIN, with every check that was asked."""

    decision: str
    headline: str
    checks: tuple[Check, ...] = ()


def as_facts(record: object) -> dict:
    """A record as plain JSON-able facts (one level; nested records too)."""

    def plain(value: object) -> object:
        if hasattr(value, "__dataclass_fields__"):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}  # type: ignore[arg-type]
        return [plain(v) for v in value] if isinstance(value, tuple | list) else value

    return plain(record)  # type: ignore[return-value]
