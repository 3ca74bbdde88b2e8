"""The API keys of a store's inference services: who may ask, and of what; only hashes are kept."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Instant, Noun, Record

Stage = Literal["production", "staging"]


class Key(Noun):
    """Who may ask, and of which stages."""

    name: str
    stages: tuple[Stage, ...]
    sha256: str  # of the whole key, which has 256 random bits
    made_at: Instant


class KeyRing(Record):
    """Every key."""

    FILE: ClassVar[str] = "serving_keys.json"

    keys: tuple[Key, ...]
