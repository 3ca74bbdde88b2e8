"""Net return by month, and the deepest falls: the tables of what was earned."""

from __future__ import annotations

from nightshift.nouns.examination import Examination
from nightshift.report.gather import Found
from nightshift.report.sections.grid import Grid, column, grid
from nightshift.report.sections.performance import traded
from nightshift.report.sections.roles import role_of


def months(found: Found, examination: Examination) -> list[dict]:
    """The challenger's and its first yardstick's net return of every calendar month and year."""
    names = traded(found, examination)[:2]
    return [
        {"name": name, "role": role_of(found, name), "year": year.year, "months": list(year.months), "year_total": year.total}
        for name in names
        for year in examination.months[name]
    ]


def falls_table(found: Found, examination: Examination) -> Grid:
    """The challenger's deepest falls on the judged sessions, as a table."""
    columns = [
        column("Peak", "word"),
        column("Bottom", "word"),
        column("Recovered", "word"),
        column("Sessions", "count"),
        column("Depth", "percent"),
    ]
    cells = [[fall.peak, fall.bottom, fall.recovered or "not yet", fall.sessions, fall.depth] for fall in examination.falls]
    return grid(f"Deepest falls of {found.challenger}, test sessions", columns, cells, fold=False)
