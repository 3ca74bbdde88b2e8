"""Tables and sections as plain facts, in the one shape that the page knows how to show."""

from __future__ import annotations

from collections.abc import Sequence


def column(title: str, unit: str = "text", *, signed: bool = False, most: float = 1.0) -> dict:
    """One column: `text`, `bar`, `state`, or a unit of `numbers.shown`."""
    return {"title": title, "unit": unit, "signed": signed, "most": most}


def grid(title: str, columns: list[dict], rows: Sequence[Sequence], *, fold: bool, lead: str = "", numbers: object = None) -> dict:
    """A table; the first cell of a row is its name. `numbers` holds what the cells tell in words."""
    facts = {"title": title, "lead": lead, "columns": columns, "rows": [{"cells": list(row)} for row in rows], "fold": fold}
    return {**facts, "numbers": numbers} if numbers is not None else facts


def part(name: str, nav: str, title: str, lead: str, tables: list[dict], charts: list[str] | None = None) -> dict:
    """A section of the page: its anchor, its word in the navigation, title, lead, charts and tables."""
    return {"id": name, "nav": nav, "title": title, "lead": lead, "tables": tables, "charts": charts or []}
