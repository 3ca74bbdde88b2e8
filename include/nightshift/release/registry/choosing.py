"""Which of the versions are shown, and in which order."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from nightshift.config import known
from nightshift.errors import ConfigError
from nightshift.nouns.evaluation_record import PARTS
from nightshift.release.registry.registered import Registered


def chosen(registered: Sequence[Registered], family: str = "", since: dt.date | None = None, stage: str = "") -> tuple[Registered, ...]:
    """Those of a family, of a session not before `since`, and of a stage; what is left out chooses nothing."""
    return tuple(
        version
        for version in registered
        if (not family or version.entry.evidence.family == family or (version.release is not None and version.release.family == family))
        and (since is None or version.entry.session >= str(since))
        and (not stage or version.stage == stage)
    )


def best_first(registered: Sequence[Registered], metric: str) -> tuple[Registered, ...]:
    """By a metric of the test part, or by `validate.<metric>`: the best first, and last whoever has no value of it.

    Every version was measured on its own night's sessions.
    """
    part, name = part_and_metric(metric)
    sign = -1.0 if _higher_is_better(name) else 1.0

    def order(version: Registered) -> tuple[bool, float]:
        measure = version.measure(name, part)
        value = measure.value if measure else None
        return value is None or not math.isfinite(value), sign * (value or 0.0)

    return tuple(sorted(registered, key=order))


def part_and_metric(metric: str) -> tuple[str, str]:
    """`validate.accuracy` as its part and its metric, both checked; without a part it is the test part.

    >>> part_and_metric("accuracy"), part_and_metric("validate.accuracy")
    (('test', 'accuracy'), ('validate', 'accuracy'))
    """
    from nightshift.proof.metrics import METRICS

    part, _, name = metric.rpartition(".")
    return known("part", part or "test", PARTS), known("metric", name, METRICS)


def _higher_is_better(name: str) -> bool:
    from nightshift.proof.metrics import METRICS

    better = METRICS[name].higher_is_better
    if better is None:
        raise ConfigError(
            expected="a metric of which one side is better", found=f"{name}, of which neither is", next_step="choose another for --best"
        )
    return better
