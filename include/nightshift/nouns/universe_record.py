"""Who belonged to a market, as it was known on a night; it lies beside the snapshot's bars."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from nightshift.nouns.record import Noun, Record


class Span(Noun):
    """A symbol was a member from its first session to its last, both counted; no last: it still is."""

    symbol: str
    first: dt.date
    last: dt.date | None


class Delisting(Noun):
    """A symbol's last session, and what its holders got after it over its last close, minus 1."""

    symbol: str
    session: dt.date
    final_return_fraction: float


class UniverseRecord(Record):
    """Membership and delistings; none: the market file names no such file."""

    FILE: ClassVar[str] = "universe.json"

    members: tuple[Span, ...] | None
    delistings: tuple[Delisting, ...] | None

    def until(self, session: dt.date) -> UniverseRecord:
        """What was known of it after a session: nobody who comes later, no end that comes later.

        >>> spans = (Span(symbol="A", first=dt.date(2026, 1, 5), last=dt.date(2026, 2, 6)),)
        >>> UniverseRecord(members=spans, delistings=None).until(dt.date(2026, 2, 5)).members[0].last is None
        True
        """
        spans, gone = self.members, self.delistings
        if spans is not None:
            there = (span for span in spans if span.first <= session)
            spans = tuple(span if span.last is None or span.last <= session else span.model_copy(update={"last": None}) for span in there)
        if gone is not None:
            gone = tuple(one for one in gone if one.session <= session)
        return UniverseRecord(members=spans, delistings=gone)

    @property
    def ever_members(self) -> frozenset[str] | None:
        """Everybody who was a member; none: everybody with a bar is."""
        return None if self.members is None else frozenset(span.symbol for span in self.members)
