"""The sections about the challenger alone, in the order of the page, and what it leans on."""

from __future__ import annotations

from nightshift.nouns.examination import Examination
from nightshift.report.drawing.chart import Chart
from nightshift.report.drawing.numbers import shown
from nightshift.report.gather import Found
from nightshift.report.sections import doubts, learning, pieces, schema, stresses
from nightshift.report.sections.grid import Section, column, grid, section

TOP_COLUMNS = 20


def parts_and_charts(found: Found) -> tuple[list[Section], list[Chart]]:
    """The sections that the night has numbers for, and their charts."""
    tuned, tuning = learning.learned(found)
    schema_contract = schema.contract(found)
    if found.examination is None:
        return [one for one in (tuned, schema_contract) if one is not None], tuning
    asked = found.examination
    windows, by_window = pieces.windows(found, asked)
    costs, by_cost = pieces.costs(found, asked)
    parts = (
        doubts.doubt(found, asked), stresses.robustness(found, asked), windows, costs, importance(asked), tuned,
        pieces.symbols(found, asked), schema.drift(asked), schema_contract,
    )  # fmt: skip
    return [one for one in parts if one is not None], [*by_window, *by_cost, *tuning]


def importance(asked: Examination) -> Section | None:
    """The columns that the challenger leans on most, and whether they are the same as the champion's."""
    account = asked.importance
    if not account.values:
        return None
    ranked, agreed = account.ranked, account.champion
    columns = [column("Column"), column("", "bar", most=ranked[0][1] or 1.0), column("Share", "percent1"), column("Importance", "precise")]
    rows = [[name, value, share, value] for name, value, share in ranked]
    told = (
        f"Stability: rank agreement with the champion ({agreed.family}) {shown(agreed.rank_correlation, 'annual')}"
        if agreed
        else "No champion to compare with"
    )
    lead = f"By {account.method} on validation rows of {account.family}. {told}."
    tables = [grid(f"The {min(TOP_COLUMNS, len(rows))} most important of {len(rows)} columns", columns, rows[:TOP_COLUMNS], fold=False)]
    if len(rows) > TOP_COLUMNS:
        tables.append(grid("The others", columns, rows[TOP_COLUMNS:], fold=True))
    return section("importance", "Columns", "What it leans on", lead, tables)
