"""What was known at an instant, as its manifest says."""

from __future__ import annotations

import datetime as dt
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
    first_session: dt.date
    last_session: dt.date
    source: Asked
    observed_at_high_water: str  # UTC with microseconds: sorts as text
    content: str  # sha256 over the values
    sha256: str  # of the file
