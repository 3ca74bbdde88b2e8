"""What it would take to break the verdict, one stress a row."""

from __future__ import annotations

from nightshift.nouns.examination import Examination
from nightshift.nouns.questions import Stress
from nightshift.report.drawing.numbers import shape_of, shown
from nightshift.report.gather import Found
from nightshift.report.sections.grid import Section, column, grid, section


def robustness(found: Found, asked: Examination) -> Section | None:
    """What each stress makes of the result, and how much of it would break the verdict."""
    if not asked.robustness:
        return None
    columns = [
        column("Stress", "text"),
        column("Measured by", "word"),
        column("As it is", "ratio"),
        column("Stressed", "ratio"),
        column("Verdict breaks at", "text"),
        column("Note", "text"),
    ]
    told, numbers = [_stressed(row) for row in asked.robustness], [row.model_dump() for row in asked.robustness]
    lead = (
        f"{found.challenger} on the test sessions under one stress at a time. "
        "A stress breaks the verdict when an absolute limit that is met without it is missed."
    )
    return section("robustness", "Robustness", "What would break it", lead, [grid("", columns, told, fold=False, numbers=numbers)])


def _stressed(row: Stress) -> list:
    shape, breaks = shape_of(row.metric), row.breaks_verdict_at
    at = "–" if row.value is None else "holds at every size tried" if breaks is None else _counted(breaks, row.breaks_unit)
    note = "" if row.note == at else row.note
    return [row.name, shape.label, shown(row.baseline, shape.unit), shown(row.value, shape.unit), at, note]


def _counted(size: float, unit: str) -> str:
    return f"{size:g} {unit.replace('sessions', 'session') if size == 1 else unit}"
