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


class Revision(Noun):
    """Bars that earlier nights had, and that no night has since a session showed that an action before it stayed."""

    symbol: str
    session: str  # the bars before it are gone
    since: str  # the session that showed it: nights before it had the bars
    rows: int
    reason: str = JUDGED_OTHERWISE


class Account(Noun):
    """Every row that was dropped or repaired, by reason, and what an earlier night judged otherwise."""

    rows_in: int
    rows_out: int
    dropped: dict[str, int]
    repaired: dict[str, int]
    examples: tuple[Example, ...]
    revised: tuple[Revision, ...]  # whatever else is dropped or repaired, was so on the bar's own night

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


class QualityAccount(Account, Record):
    """The account of a night's rows, and what is missing of those that are left."""

    FILE: ClassVar[str] = "account.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: _from_1}

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
