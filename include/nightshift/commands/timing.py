"""What a night cost: seconds and memory of every stage, and what orchestration took besides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nightshift.commands.answers import table
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def timing(night: Night, started: float | None, now: float) -> tuple[dict, list[str]]:
    """Seconds of every stage; with the start of the whole command, what orchestration took."""
    logs = [store.path(where) / "timings.jsonl" for where in ((night.market.market,) if started else ()) + (night.address,)]
    entries = [json.loads(line) for log in logs if log.is_file() for line in log.read_text().splitlines()]
    entries = [e for e in entries if started is None or e["started"] >= started]
    worked = _covered([(e["started"], e["started"] + e["seconds"]) for e in entries])
    rows = [[e["what"], f"{e['seconds']:.2f} s", f"{e['peak_mib']} MiB"] for e in entries]
    lines = [*table(rows, ["stage", "took", "peak memory"]), f"stages' own work  {worked:.1f} s"]
    facts: dict = {"stages": entries, "worked_s": worked}
    if started is not None:
        facts |= {"total_s": now - started, "orchestration_s": now - started - worked}
        lines += [f"whole command     {facts['total_s']:.1f} s, of it orchestration {facts['orchestration_s']:.1f} s"]
    return facts, lines


def _covered(spans: list[tuple[float, float]]) -> float:
    """Seconds covered by at least one span: stages that ran side by side count once.

    >>> _covered([(0.0, 2.0), (1.0, 3.0), (5.0, 6.0)])
    4.0
    """
    total, reached = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
