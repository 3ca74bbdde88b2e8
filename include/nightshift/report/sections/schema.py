"""What changed in the columns since the champion learned: the schema contract, drift, and the rows each part holds."""

from __future__ import annotations

from nightshift.nouns.examination import Examination
from nightshift.nouns.questions import DriftTest
from nightshift.report.drawing.numbers import shown
from nightshift.report.gather import Found
from nightshift.report.sections.grid import Section, column, grid, section

REASONS = (
    ("rows", "Rows"),
    ("usable", "Usable"),
    ("warming_up", "Warming up"),
    ("without_bar", "Without a bar"),
    ("column_unknown", "Column unknown"),
    ("label_unknown", "Outcome unknown"),
)
PARTS = ("train", "validate", "test", "latest")
CHANGES = ("Appeared", "Vanished", "Changed type", "Became constant")


def contract(found: Found) -> Section | None:
    """The schema contract with the champion, columns left out, and the rows of each part."""
    if found.panel is None:
        return None
    tables = []
    changes = found.examination.column_changes if found.examination else None
    if changes and changes.champion:
        changed = (changes.appeared, changes.vanished, changes.retyped, changes.became_constant)
        rows = [[words, len(names), ", ".join(names) or "none"] for words, names in zip(CHANGES, changed, strict=True)]
        columns = [column("Change since the champion learned"), column("Columns", "count"), column("Names", "text")]
        tables.append(grid(f"Against champion {changes.champion}", columns, rows, fold=False))
    left_out, counted = found.panel.left_out, found.panel.rows
    if left_out:
        tables.append(grid("Columns left out tonight", [column("Column"), column("Why", "text")], sorted(left_out.items()), fold=False))
    columns = [column("Part"), *(column(words, "count") for _, words in REASONS)]
    rows = [[name, *(getattr(counted[name], key) for key, _ in REASONS)] for name in PARTS if name in counted]
    tables.append(grid("Rows by part", columns, rows, fold=False))
    lead = f"{len(found.panel.names)} columns of {len(found.panel.symbols)} symbols" + (
        "." if changes and changes.champion else ". There is no champion to compare the columns with yet."
    )
    return section("contract", "Schema", "Columns and rows", lead, tables)


def drift(asked: Examination) -> Section | None:
    """How far each column has moved from what the model learned on."""
    if not asked.drift:
        return None
    columns = [
        column("Column"), column("Ks distance", "ratio"), column("Mean shift", "ratio"), column("Psi", "ratio"),
        column("Wasserstein", "ratio"), column("P value", "precise"), column("Drifted", "word"),
    ]  # fmt: skip
    rows = [
        [row.column, row.ks_distance, row.mean_shift, row.psi, row.wasserstein, row.p_value, "yes" if row.is_flagged else "no"]
        for row in asked.drift
    ]
    lead = f"Each column on the test sessions against those the model learned on. {_calibrated(asked.drift_test)}"
    return section("drift", "Drift", "Drift", lead, [grid("", columns, rows, fold=len(rows) > 14)])


def _calibrated(test: DriftTest | None) -> str:
    if test is None:
        return "Daily columns move slowly: without more sessions nothing here tells drift from chance."
    return (
        f"{shown(test.flagged_fraction, 'percent', digits=0)} of the columns moved further than chance explains, all of them counted. "
        f"One learned stretch in twenty would be called drift by chance; of {test.stretches} it was "
        f"{shown(test.false_alarm_fraction, 'percent1')} of the columns. A classifier tells the new rows from the learned ones with an "
        f"area under the curve of {shown(test.domain_auc, 'ratio')}; without drift it stays below {shown(test.domain_limit, 'ratio')}."
    )
