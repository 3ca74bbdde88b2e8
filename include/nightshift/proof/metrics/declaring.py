"""How a function becomes a metric: what a reader, a gate and the bootstrap have to know stands above it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypedDict, TypeVar, Unpack

from nightshift.proof.metrics.metric import Additive, Better, Group, Input, Kind, Metric
from nightshift.proof.metrics.unit import Unit

ROWS, SESSIONS = 30, 20  # least evidence for a mean, and for a return series
Function = TypeVar("Function", bound=Callable[..., Any])


class Shown(TypedDict):
    """What every metric says of itself to a reader."""

    unit: Unit
    better: Better
    group: Group
    label: str


class Declared(Shown, total=False):
    """What a metric says where it differs from the others of its kind."""

    min_count: int
    undefined: str
    needs: Input
    both_tasks: bool
    leads: bool
    lowest: float  # where its range is not its unit's
    highest: float
    additive: Additive  # without one, its interval is found by gathering the rows of every replica: slower


def metric(kind: Kind, **declared: Unpack[Declared]) -> Callable[[Function], Function]:
    """Mark a function as a metric of its own name; one that takes a `threshold` or `sessions_a_year` depends on it."""
    usual: Any = {"min_count": SESSIONS, "needs": "returns"} if kind == "trading" else {"min_count": ROWS}
    usual |= {"lowest": declared["unit"].lowest, "highest": declared["unit"].highest}

    def mark(compute: Function) -> Function:
        takes = inspect.signature(compute).parameters
        depends = {"decides": "threshold" in takes, "annual": "sessions_a_year" in takes}
        compute.metric = Metric(compute.__name__, kind, compute, **(usual | declared | depends))  # type: ignore[attr-defined]
        return compute

    return mark


def declared_in(module: ModuleType) -> tuple[Metric, ...]:
    """A theme's metrics, in the order of its file."""
    return tuple(f.metric for f in vars(module).values() if hasattr(f, "metric") and f.__module__ == module.__name__)
