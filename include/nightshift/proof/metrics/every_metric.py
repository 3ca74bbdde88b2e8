"""Every metric, by theme. A new one is a declared function with a signed doctest in a theme file."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from nightshift.proof.metrics import by_outcome, classification, probabilities, regression, risk, trading
from nightshift.proof.metrics.declaring import declared_in
from nightshift.proof.metrics.metric import Metric

# Add a new theme here.
_MODULES: tuple[ModuleType, ...] = (classification, probabilities, by_outcome, regression, trading, risk)

# The order is the reports', and that in which the bootstrap adds up: a metric that is moved may move the last bit of another's interval.
METRICS: dict[str, Metric] = {metric.name: metric for module in _MODULES for metric in declared_in(module)}


def metrics_of(task: str) -> tuple[Metric, ...]:
    """The metrics that mean something for a task; `skill` of a regression is its R².

    >>> "rmse" in [m.name for m in metrics_of("classification")], len(metrics_of("regression")) > 15
    (False, True)
    """
    r2_as_skill = replace(METRICS["r2"], name="skill", label="Skill (R²)", both_tasks=True)
    chosen = [metric for metric in METRICS.values() if task in metric.tasks]
    return tuple(r2_as_skill if metric.name == "skill" and task == "regression" else metric for metric in chosen)


def metric_of(name: str, task: str) -> Metric | None:
    """The metric of this name as this task means it; None for a name that is not listed (any more)."""
    return next((metric for metric in (*metrics_of(task), *METRICS.values()) if metric.name == name), None)
