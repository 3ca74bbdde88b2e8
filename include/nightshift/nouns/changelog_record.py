"""What a release changed against its parent: typed differences, and the lines in which people read them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import ClassVar

from nightshift.nouns.record import Noun, Record


class Difference(Noun):
    """One thing that is not what it was; of what came or went, the other side is none."""

    about: str
    before: str | None
    after: str | None

    @property
    def words(self) -> str:
        """The difference in a few words.

        >>> Difference(about="columns", before=None, after="rsi_14").words, Difference(about="family", before="ridge", after="mlp").words
        ('+rsi_14', 'ridge → mlp')
        """
        if self.before is None or self.after is None:
            return f"+{self.after}" if self.before is None else f"−{self.before}"
        return f"{self.before} → {self.after}"


class Changelog(Record):
    """In every release, written when it is staged; what people add to it later lies beside the releases."""

    FILE: ClassVar[str] = "changelog.json"

    since: str | None  # the parent's version; none: the first release
    headline: str
    differences: tuple[Difference, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """One line a thing; what came and went of one kind shares a line."""
        return tuple(_lines(self.differences))

    @property
    def text(self) -> str:
        """The changelog as Markdown.

        >>> changes = (Difference(about="columns", before=None, after="a"), Difference(about="columns", before="b", after=None))
        >>> print(Changelog(since="1.0.0", headline="Since 1.0.0", differences=changes).text)
        Since 1.0.0:
        - columns: +a −b
        """
        return "\n".join((f"{self.headline}:", *(f"- {line}" for line in self.lines))) if self.differences else f"{self.headline}."


def _lines(differences: tuple[Difference, ...]) -> Iterator[str]:
    for about, alike in groupby(differences, key=lambda difference: difference.about):
        words = [difference.words for difference in alike]
        yield f"{about}: {' '.join(words)}"
