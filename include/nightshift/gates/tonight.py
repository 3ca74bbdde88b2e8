"""What one night brings to the scales."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.gates.earned import Earned


@dataclass(frozen=True, eq=False)
class Tonight:
    """What one night brings to the scales."""

    session: str
    recipe: str
    opponent: str  # the champion's version; empty before a first release
    earned: Earned  # challenger and opponents, on the test sessions that neither learned from
    test_sessions: tuple[str, ...]
    trials: int
    margin_annual: float
    reach: int  # sessions that one decision earns over
    sessions_a_year: float
    excluded_sessions: int = 0  # of the test sessions: one of the two had learned from them
    may_promote: bool = True  # False: a partial night, which spends nothing
