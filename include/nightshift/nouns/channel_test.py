"""When it was last tried whether a mail can leave, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Instant, Noun, Record


class ChannelAnswer(Noun):
    """One way, and what is wrong with it."""

    way: str  # "mail by smtp_default", "webhook DESK_WEBHOOK"
    problem: str  # empty: it takes what it is given


class ChannelTest(Record):
    """The outbox's own test of itself; it lies beside the letters."""

    FILE: ClassVar[str] = "channel_test.json"

    at: Instant
    answers: tuple[ChannelAnswer, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """What does not work, a sentence a way."""
        return tuple(f"{one.way}: {one.problem}" for one in self.answers if one.problem)
