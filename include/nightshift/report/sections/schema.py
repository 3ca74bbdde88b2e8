"""What changed in the columns since the champion learned: the schema contract, drift, and the rows each part holds."""

from __future__ import annotations

from nightshift.report.drawing.chart import Chart
from nightshift.report.gather import Found
from nightshift.report.sections.grid import column, grid, part

REASONS = (
    ("rows", "Rows"),
    ("usable", "Usable"),
    ("warming_up", "Warming up"),
    ("without_bar", "Without a bar"),
    ("column_unknown", "Column unknown"),
    ("label_unknown", "Outcome unknown"),
)
PARTS = ("train", "validate", "test", "latest")
CHANGES = (("appeared", "Appeared"), ("vanished", "Vanished"), ("retyped", "Changed type"), ("became_constant", "Became constant"))


def contract(found: Found) -> tuple[dict | None, list[Chart]]:
    """The schema contract with the champion, columns left out, and the rows of each part."""
    if found.panel is None:
        return None, []
    tables = []
    if found.contract:
        changes = [(words, getattr(found.contract, key)) for key, words in CHANGES]
        rows = [[words, len(names), ", ".join(names) or "none"] for words, names in changes]
        columns = [column("Change since the champion learned"), column("Columns", "count"), column("Names", "text")]
        tables.append(grid(f"Against champion {found.contract.champion}", columns, rows, fold=False))
    left_out, counted = found.panel.left_out, found.panel.rows
    if left_out:
        tables.append(grid("Columns left out tonight", [column("Column"), column("Why", "text")], sorted(left_out.items()), fold=False))
    columns = [column("Part"), *(column(words, "count") for _, words in REASONS)]
    rows = [[name, *(getattr(counted[name], key) for key, _ in REASONS)] for name in PARTS if name in counted]
    tables.append(grid("Rows by part", columns, rows, fold=False))
    lead = f"{len(found.panel.names)} columns of {len(found.panel.symbols)} symbols" + (
        ". There is no champion to compare the columns with yet." if not found.contract else "."
    )
    return part("contract", "Schema", "Columns and rows", lead, tables), []


def drift(found: Found, drawn: dict) -> tuple[dict | None, list[Chart]]:
    """How far each column has moved from what the model learned on, when the night measured it."""
    facts = drawn.get("drift") or found.evaluation.get("drift") or {}
    rows = facts.get("columns") if isinstance(facts, dict) else facts
    if not rows:
        return None, []
    listed = [{"column": name, **row} for name, row in rows.items()] if isinstance(rows, dict) else list(rows)
    keys = [
        key for key in dict.fromkeys(k for row in listed for k in row) if all(not isinstance(row.get(key), list | dict) for row in listed)
    ]
    numeric = {
        key for key in keys if all(isinstance(row.get(key), int | float | None) and not isinstance(row.get(key), bool) for row in listed)
    }
    columns = [column(key.replace("_", " ").capitalize(), "ratio" if key in numeric else "text") for key in keys]
    told = [[row.get(key) if key in numeric else "" if row.get(key) is None else str(row[key]) for key in keys] for row in listed]
    lead = "Each column on the test sessions against those the model learned on. Daily columns move slowly: this decides nothing by itself."
    return part("drift", "Drift", "Drift", lead, [grid("", columns, told, fold=len(told) > 14)]), []
