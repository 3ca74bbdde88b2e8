"""How a check's answer is put together."""

from __future__ import annotations

from typing import Any

from nightshift.config import Gate
from nightshift.gates.evidence import more_sessions_noted
from nightshift.nouns.verdict_record import Check


def not_a_number(gate: Gate, value: float, whose: str) -> Check:
    """Failed: what is no finite number never passes."""
    return answer(gate, value, False, f"{gate.metric} of {whose} is not a finite number: that never passes")


def unknown(gate: Gate, value: float | None, reason: str) -> Check:
    """Undecided, with the sessions that the reason itself counts."""
    return answer(gate, value, None, reason, more_sessions=more_sessions_noted(reason))


def answer(gate: Gate, value: float | None, passed: bool | None, reason: str, **more: Any) -> Check:
    """The check of a gate."""
    return Check(metric=gate.metric, must_be=gate.must_be, limit=gate.limit, value=value, passed=passed, reason=reason, **more)
