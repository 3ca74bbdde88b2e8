"""What tonight's challengers are measured against: the champion, and the rules that learn nothing."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Facts, Record


def _from_1(facts: Facts) -> Facts:
    """Schema 1 did not say what the champion had learned from."""
    return {"champion_learned_until": None, **facts}


class YardsticksRecord(Record):
    """Beside it lie the scores of everyone who could be asked."""

    FILE: ClassVar[str] = "yardsticks.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: _from_1}

    champion_version: str | None  # none: nothing is served yet, or it could not be judged
    champion_learned_until: str | None = None  # the last session that anything it learned from looked at; none: no champion, or not known
    left_out: dict[str, str]  # rule or `champion` -> why it has no scores
