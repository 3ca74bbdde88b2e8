"""What the served release had to say about tonight's rows, or why it could not be asked."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Record

CHAMPION = "champion"  # what the served release is called beside the families


class ChampionRecord(Record):
    """Beside it lie the champion's scores, where it could be asked."""

    FILE: ClassVar[str] = "champion.json"

    version: str | None  # none: nothing is served yet, or it could not be asked
    left_out: str  # why it could not be asked; empty when it could, or when nothing is served
