"""What became of the rows that were received, and what the data quality gate asked of them."""

from __future__ import annotations

from typing import Any, ClassVar

from nightshift.nouns.record import Noun, Record


class Gaps(Noun):
    """Bars that are missing between a symbol's first and last."""

    missing_bars: int
    symbols_with_gaps: int
    sessions_without_any_bar: int


class QualityAccount(Record):
    """Every row that was dropped or repaired, by reason."""

    FILE: ClassVar[str] = "account.json"

    rows_in: int
    rows_out: int
    dropped: dict[str, int]
    repaired: dict[str, int]
    gaps: Gaps
    examples: tuple[dict[str, Any], ...]


class NamedRow(Noun):
    """A row that broke an expectation."""

    symbol: str
    session: str
    value: Any


class Expectation(Noun):
    """One thing that was asked of the data."""

    name: str
    severity: str
    passed: bool
    expected: str
    found: str
    rows: tuple[NamedRow, ...]


class QualityReport(Record):
    """Every expectation; the data is refused when a critical one does not hold."""

    FILE: ClassVar[str] = "quality.json"

    passed: bool
    expectations: tuple[Expectation, ...]
