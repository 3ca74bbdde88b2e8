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
CHANGES = (("appeared", "Appeared"), ("vanished", "Vanished"), ("retyped", "Changed type"), ("became_constant", "Became constant"))


def contract(found: Found) -> tuple[dict | None, list[Chart]]:
    """The schema contract with the champion, columns left out, and the rows of each part."""
    tables = []
    if found.contract:
        rows = [[words, len(found.contract[key]), ", ".join(found.contract[key]) or "none"] for key, words in CHANGES]
        columns = [column("Change since the champion learned"), column("Columns", "count"), column("Names", "text")]
        tables.append(grid(f"Against champion {found.contract['champion']}", columns, rows, fold=False))
    left_out = found.panel.get("left_out") or {}
    if left_out:
        tables.append(grid("Columns left out tonight", [column("Column"), column("Why", "text")], sorted(left_out.items()), fold=False))
    counted = found.panel.get("rows") or {}
    if counted:
        columns = [column("Part"), *(column(words, "count") for _, words in REASONS)]
        rows = [[name, *(facts.get(key, 0) for key, _ in REASONS)] for name, facts in _in_order(counted)]
        tables.append(grid("Rows by part", columns, rows, fold=False))
    if not tables:
        return None, []
    n_columns, symbols = len(found.panel.get("names") or []) or found.contract.get("columns", 0), len(found.panel.get("symbols") or [])
    lead = (
        f"{n_columns} columns"
        + (f" of {symbols} symbols" if symbols else "")
        + (". There is no champion to compare the columns with yet." if not found.contract else ".")
    )
    return part("contract", "Schema", "Columns and rows", lead, tables), []


def drift(drawn: dict) -> tuple[dict | None, list[Chart]]:
    """How far each column has moved from what the model learned on, when the night measured it."""
    facts = drawn.get("drift") or {}
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


def _in_order(counted: dict) -> list[tuple[str, dict]]:
    order = ("train", "validate", "test", "latest")
    return sorted(counted.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))
