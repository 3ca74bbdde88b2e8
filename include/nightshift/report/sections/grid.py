"""Tables and sections as nouns, in the one shape that the page knows how to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """One column: `text`, `bar`, `state`, or a unit of `numbers.shown`."""

    title: str
    unit: str = "text"
    signed: bool = False
    most: float = 1.0


@dataclass(frozen=True)
class Row:
    """The cells of a row; the first one is its name."""

    cells: tuple[Any, ...]


@dataclass(frozen=True)
class Grid:
    """A table; `numbers` holds what its cells tell in words."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    fold: bool = False
    lead: str = ""
    numbers: Any = None


@dataclass(frozen=True)
class Section:
    """A section of the page: its anchor, its word in the navigation, title, lead, charts and tables."""

    id: str
    nav: str
    title: str
    lead: str
    tables: tuple[Grid, ...]
    charts: tuple[str, ...] = ()


def column(title: str, unit: str = "text", *, signed: bool = False, most: float = 1.0) -> Column:
    """One column."""
    return Column(title, unit, signed, most)


def grid(title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, fold: bool, lead: str = "", numbers: Any = None) -> Grid:
    """A table of these rows."""
    return Grid(title, tuple(columns), tuple(Row(tuple(row)) for row in rows), fold, lead, numbers)


def section(name: str, nav: str, title: str, lead: str, tables: Sequence[Grid], charts: Sequence[str] = ()) -> Section:
    """A section of these tables and charts."""
    return Section(name, nav, title, lead, tuple(tables), tuple(charts))
