"""What tonight's challengers are measured against: the champion, and the rules that learn nothing."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Record


class YardsticksRecord(Record):
    """Beside it lie the scores of everyone who could be asked."""

    FILE: ClassVar[str] = "yardsticks.json"

    champion_version: str | None  # none: nothing is served yet, or it could not be judged
    left_out: dict[str, str]  # rule or `champion` -> why it has no scores
