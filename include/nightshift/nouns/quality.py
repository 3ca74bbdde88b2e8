"""What became of the rows that were received, and what the data quality gate asked of them."""

from __future__ import annotations

from typing import ClassVar, Literal

from nightshift.nouns.record import Facts, Noun, Record

JUDGED_OTHERWISE = "judged_otherwise_before"
Severity = Literal["critical", "warning", "info"]


class NamedRow(Noun):
    """A row by name, and what is to be said of it."""

    symbol: str  # empty: the whole session
    session: str
    value: str


class Example(NamedRow):
    """A row that was dropped or repaired."""

    reason: str


class Mended(NamedRow):
    """A step of a symbol's scale that was certain: what its bars before (of another unit: from it on) were multiplied with."""

    reason: str
    price_factor: float
    adj_factor: float  # of the factor: prices, and volume the other way
    rows: int


class Suspicion(NamedRow):
    """A move that may not be the market's, and is not certain to be anything else: its bar is used as it is."""

    move_fraction: float


class LeftOut(NamedRow):
    """A symbol of which no bar is used, certain since a session."""

    reason: str
    rows: int


class Revision(Noun):
    """Bars that earlier nights had, and that no night has since a session showed otherwise; or has on another scale."""

    symbol: str
    first: str  # of the bars; empty: the symbol's first
    session: str  # the bars before it; empty: to the symbol's last
    since: str  # the session that showed it: nights before it had the bars as they were
    rows: int
    reason: str = JUDGED_OTHERWISE
    gone: bool = True  # false: what they are multiplied with
    price_factor: float = 1.0
    adj_factor: float = 1.0


class Account(Noun):
    """Every row that was dropped or repaired, by reason, and what an earlier night judged otherwise."""

    rows_in: int
    rows_out: int
    dropped: dict[str, int]
    repaired: dict[str, int]
    examples: tuple[Example, ...]
    revised: tuple[Revision, ...]  # whatever else is dropped or repaired, was so on the bar's own night
    mended: tuple[Mended, ...] = ()
    left_out: tuple[LeftOut, ...] = ()  # their rows are among the dropped
    suspected: tuple[Suspicion, ...] = ()  # the largest move first; no more than are read
    suspicions: int = 0  # how many there are

    def share(self, rows: int) -> float | None:
        """Some rows as a share of those that came in; none where none came."""
        return rows / self.rows_in if self.rows_in else None


class Gaps(Noun):
    """Bars that are missing between a symbol's first and last."""

    missing_bars: int
    symbols_with_gaps: int
    sessions_without_any_bar: int


def _from_1(facts: Facts) -> Facts:
    """Schema 1 did not say what earlier nights had judged otherwise."""
    return {"revised": (), **facts}


def _from_2(facts: Facts) -> Facts:
    """Schema 2 cut histories off: a revision was of all bars before a session, which no night has since."""
    revised = [{"first": "", "gone": True, "price_factor": 1.0, "adj_factor": 1.0, **row} for row in facts["revised"]]
    return {"mended": (), "left_out": (), "suspected": (), "suspicions": 0, **facts, "revised": revised}


class QualityAccount(Account, Record):
    """The account of a night's rows, and what is missing of those that are left."""

    FILE: ClassVar[str] = "account.json"
    SCHEMA: ClassVar[int] = 3
    UPGRADES: ClassVar = {1: _from_1, 2: _from_2}

    gaps: Gaps


class Expectation(Noun):
    """One thing that was asked of the data, and up to twenty rows that broke it."""

    name: str
    severity: Severity
    passed: bool
    expected: str
    found: str
    rows: tuple[NamedRow, ...]


class QualityReport(Record):
    """Every expectation; the data is refused when a critical one does not hold."""

    FILE: ClassVar[str] = "quality.json"

    passed: bool
    expectations: tuple[Expectation, ...]

    @property
    def broken(self) -> tuple[Expectation, ...]:
        """The critical expectations that did not hold."""
        return tuple(one for one in self.expectations if not one.passed and one.severity == "critical")
