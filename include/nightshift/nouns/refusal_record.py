"""Why a night was stopped, or its release kept out: what was refused, and what to do next."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Record

Refused = Literal["data", "leak", "release"]


class RefusalRecord(Record):
    """The sentence of the refusal in its three parts."""

    FILE: ClassVar[str] = "refusal.json"

    stage: str
    refused: Refused
    expected: str
    found: str
    next_step: str
