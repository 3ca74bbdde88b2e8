"""What a night was opened with."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from nightshift.config import Market
from nightshift.nouns.options import Options
from nightshift.nouns.record import Instant, Record


class NightRecord(Record):
    """Market as it was configured then, instant, data, wishes, code."""

    FILE: ClassVar[str] = "night.json"

    market: Market
    session: dt.date
    as_of: Instant
    snapshot: str
    options: Options
    code: str  # sha256 over the library that opened it
    version: str
