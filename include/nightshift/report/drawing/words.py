"""Small facts as words."""

from __future__ import annotations


def as_line(facts: object) -> str:
    """Small facts on one line, symbol and session first.

    >>> as_line({"rate": 0.1, "depth": 4, "symbol": "A"})
    'symbol A, depth 4, rate 0.1'
    """
    if isinstance(facts, dict):
        keys = sorted(facts, key=lambda key: (key != "symbol", key != "session", key))
        return ", ".join(f"{key} {as_line(facts[key])}" for key in keys)
    return ", ".join(as_line(one) for one in facts) if isinstance(facts, list | tuple) else "" if facts is None else str(facts)
