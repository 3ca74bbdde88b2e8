"""What was known at an instant, as its manifest says."""

from __future__ import annotations

from typing import Any, ClassVar

from nightshift.nouns.record import Noun, Record


class Asked(Noun):
    """What the source was asked, without secrets."""

    kind: str
    params: dict[str, Any]
    symbols: tuple[str, ...]  # empty: all


class SnapshotRecord(Record):
    """Beside it lie the bars."""

    FILE: ClassVar[str] = "snapshot.json"

    market: str
    calendar: str
    rows: int
    symbols: tuple[str, ...]
    first_session: str
    last_session: str
    source: Asked
    observed_at_high_water: str
    content: str  # sha256 over the values
    sha256: str  # of the file
