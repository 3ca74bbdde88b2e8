"""What a night was opened with."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from nightshift.config import Market
from nightshift.nouns.options import Options
from nightshift.nouns.record import Facts, Instant, Record


def _from_1(facts: Facts) -> Facts:
    """Schema 1 knew no wishes about the search."""
    return {**facts, "options": {"strategy": "", "timeout_minutes": None, **facts["options"]}}


class NightRecord(Record):
    """Market as it was configured then, instant, data, wishes, code."""

    FILE: ClassVar[str] = "night.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: _from_1}

    market: Market
    session: dt.date
    as_of: Instant
    snapshot: str
    options: Options
    code: str  # sha256 over the library that opened it
    version: str
