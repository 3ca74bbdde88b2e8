"""What the night cost the machine, stage by stage, under the names by which MLflow shows it among its system metrics."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

from nightshift.nouns.timing_line import Timing
from nightshift.storage import store

_MB_OF_A_MIB = 2**20 / 1e6


@dataclass(frozen=True)
class Sample:
    """One number at the end of a stage."""

    name: str
    value: float
    at_ms: int
    step: int  # which stage of the night it was


def samples(where: str) -> tuple[Sample, ...]:
    """A night's stages in the order they ended: peak memory of the process, and the processors it kept busy on average."""
    found = []
    for step, timing in enumerate(Timing.read(store.path(where))):
        at_ms = int((timing.started + timing.seconds) * 1000)
        numbers = {"system/process_peak_memory_megabytes": timing.peak_mib * _MB_OF_A_MIB, "system/stage_seconds": timing.seconds}
        if timing.cpu_seconds is not None:
            numbers["system/process_cpu_utilization_percentage"] = busy_percent(timing.cpu_seconds, timing.seconds)
        found += [Sample(name, value, at_ms, step) for name, value in numbers.items()]
    return tuple(found)


def busy_percent(cpu_seconds: float, seconds: float) -> float:
    """100 for one processor that was busy all the time.

    >>> busy_percent(3.0, 2.0), busy_percent(0.0, 0.0)
    (150.0, 0.0)
    """
    return 100 * cpu_seconds / seconds if seconds > 0 else 0.0


def machine() -> dict[str, str]:
    """On which machine, in tags."""
    import psutil

    memory = psutil.virtual_memory().total // 2**20
    return {"system.processors": str(os.cpu_count()), "system.memory_mib": str(memory), "system.platform": platform.platform()}
