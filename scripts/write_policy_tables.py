"""Writes the tables of docs/policy.md from the code: every comparison, and every metric with its unit, range, direction and task."""

from __future__ import annotations

import re
from pathlib import Path

from nightshift.gates.comparisons import COMPARISONS
from nightshift.gates.policy_line import range_in_words
from nightshift.proof.examination import EXAMINED
from nightshift.proof.metrics import METRICS, metric_of

PAGE = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
_UNITS = {"percent": "fraction", "ratio": "number", "annual": "a year", "count": "count", "bps": "basis points", "money": "money"}


def page(text: str) -> str:
    """The page with its tables written anew; each stands between two comments with its name."""
    for name, table in (("comparisons", _comparisons()), ("metrics", _metrics()), ("examined", _examined())):
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)
    return text


def _comparisons() -> str:
    return _table(["must_be", "passes when"], [[f"`{one.name}`", one.doc] for one in COMPARISONS.values()])


def _metrics() -> str:
    rows = []
    for one in METRICS.values():
        tasks = sorted(one.tasks)
        ranges = {range_in_words(meant.lowest, meant.highest): task for task in tasks if (meant := metric_of(one.name, task))}
        spans = [words if len(ranges) == 1 else f"{words} ({task})" for words, task in ranges.items()]
        rows.append([f"`{one.name}`", one.label, one.unit.words, "; ".join(spans), one.better, tasks[0] if len(tasks) == 1 else "both"])
    return _table(["metric", "in the report", "unit", "range", "better", "task"], rows)


def _examined() -> str:
    rows = []
    for one in EXAMINED.values():
        span, better = range_in_words(one.lowest, one.highest), "higher" if one.higher_is_better else "lower"
        rows.append([f"`{one.name}`", one.label, _UNITS.get(one.form, one.form), span, better])
    return _table(["metric", "in the report", "unit", "range", "better"], rows)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
    print(f"wrote {PAGE}")
