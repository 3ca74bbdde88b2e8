"""What a person adds to a release's changelog: never in the place of what was generated, and never taken back."""

from __future__ import annotations

from typing import ClassVar

from nightshift.nouns.record import Instant, Record


class ReleaseNote(Record):
    """One remark, by whom and when."""

    FILE: ClassVar[str] = "note.json"

    version: str
    text: str
    who: str
    at: Instant

    @property
    def line(self) -> str:
        """The remark as a line of Markdown."""
        return f"{self.text} ({self.who}, {self.at:%Y-%m-%d %H:%M} UTC)"
