"""What two versions measured, one metric a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.nouns.measures import Measure
    from nightshift.release.registry.registered import Registered


def measured_apart(one: Registered, other: Registered) -> list[list[str]]:
    """Every metric that either of them has on test sessions: value and interval, or why there is none."""
    sides = [version.release.measures.get("test", {}) if version.release else {} for version in (one, other)]
    metrics = dict.fromkeys(metric for side in sides for metric in side)
    return [[metric, *(shown(side.get(metric)) for side in sides)] for metric in metrics]


def shown(measure: Measure | None) -> str:
    """A measure in a cell."""
    if measure is None:
        return "not measured"
    if measure.value is None:
        return measure.note or "no value"
    interval = f" ({measure.low:.4g} to {measure.high:.4g})" if measure.low is not None and measure.high is not None else ""
    return f"{measure.value:.4g}{interval}"
