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


def _from_2(facts: Facts) -> Facts:
    """Schema 2 did not say which commit and which lock the code came from."""
    return {"git_commit": None, "lock_sha256": None, **facts}


class NightRecord(Record):
    """Market as it was configured then, instant, data, wishes, code."""

    FILE: ClassVar[str] = "night.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: _from_1, 2: _from_2}

    market: Market
    session: dt.date
    as_of: Instant
    snapshot: str
    options: Options
    code: str  # sha256 over the library that opened it
    version: str
    git_commit: str | None  # none: it lay outside a checkout, or an earlier version did not say it
    lock_sha256: str | None  # of the environment lock
