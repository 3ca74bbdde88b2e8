"""What a vendor rewrote of the past: tonight's bars against those that an earlier night of the market stood on."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Noun, Number, Record

Kind = Literal["changed", "vanished", "back_filled", "settled"]


class RevisedBar(Noun):
    """One bar that is not what it was; adjusted closes and volumes, none where there is no bar."""

    symbol: str
    session: str
    kind: Kind
    old_close: Number
    new_close: Number
    old_volume: Number
    new_volume: Number


class OfSymbol(Noun):
    """How many bars of one symbol were revised."""

    symbol: str
    changed: int
    vanished: int
    back_filled: int


class Rescaled(Noun):
    """A symbol whose history is of another scale up to a session: every price times the same ratio, so that returns are what they were."""

    symbol: str
    until: str
    ratio: float  # new prices over old ones
    rows: int


class Reach(Noun):
    """The most that the revised bars can have changed of what is made from bars."""

    columns_rows: int | None  # rows of the symbols themselves; none: the earlier night's columns are not there to say
    columns_sessions: int | None  # sessions in which columns that compare symbols can differ
    label_rows: int


class RevisionsRecord(Record):
    """Counts are complete, the list of bars is not."""

    FILE: ClassVar[str] = "revisions.json"

    night: str  # the earlier night; empty: there was none, and nothing was compared
    snapshot: str  # what it stood on
    accepted: bool  # by name, in the market file
    compared: int  # bars that both have
    changed: int
    vanished: int
    back_filled: int  # absent then, of a session that was over then
    settled: int  # of the newest session then: changed or come late since, as vendors do; not limited
    max_revised_rows: int  # of those changed or vanished
    max_back_filled_rows: int
    gone: tuple[str, ...]  # symbols of which every bar vanished
    arrived: tuple[str, ...]  # symbols that were not there: no revision
    rescaled: tuple[Rescaled, ...]
    by_symbol: tuple[OfSymbol, ...]  # the most revised first
    bars: tuple[RevisedBar, ...]  # the newest sessions first
    reach: Reach

    @property
    def revised(self) -> int:
        """Bars that were rewritten or taken away."""
        return self.changed + self.vanished

    @property
    def within_limits(self) -> bool:
        """True where the night may go on without anybody's word."""
        return self.revised <= self.max_revised_rows and self.back_filled <= self.max_back_filled_rows

    @property
    def sentence(self) -> str:
        """The counts for a reader."""
        if not self.night:
            return "nothing to compare with: no earlier night of the same source"
        counts = (
            (self.changed, "changed"), (self.vanished, "vanished"), (self.back_filled, "back-filled"), (self.settled, "settled"),
        )  # fmt: skip
        bars = ", ".join(f"{n:,} {what}" for n, what in counts if n)
        histories = f"{len(self.rescaled):,} histories rescaled" if self.rescaled else ""
        said = "; ".join(part for part in (bars and f"{bars} bars", histories) if part) or "no bar revised"
        accepted = " (accepted by name)" if self.accepted and (bars or histories) else ""
        return f"{said}{accepted} since night {self.night.rsplit('/', maxsplit=1)[-1]}"
