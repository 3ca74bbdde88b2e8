"""What a night cost: seconds and memory of every stage, and what orchestration took besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.commands.answers import table
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def timing(night: Night, started: float | None, now: float) -> tuple[dict, list[str]]:
    """Seconds of every stage; with the start of the whole command, what orchestration took."""
    from nightshift.nouns.timing_line import Timing

    places = ((night.market.market,) if started else ()) + (night.address,)
    entries = [one for where in places for one in Timing.read(store.path(where)) if started is None or one.started >= started]
    worked = _covered([(one.started, one.started + one.seconds) for one in entries])
    rows = [[one.what, f"{one.seconds:.2f} s", f"{one.peak_mib} MiB"] for one in entries]
    shown = table(rows, ["stage", "took", "peak memory"]) if rows else ["no stage's time was kept of this night"]
    lines = [*shown, f"stages' own work  {worked:.1f} s"]
    facts: dict = {"stages": [one.model_dump() for one in entries], "worked_s": worked}
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
