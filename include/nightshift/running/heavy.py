"""Where a heavy stage runs: here, or in a process of its own."""

from __future__ import annotations

from typing import Any

from nightshift import isolation
from nightshift.errors import ConfigError, TrainingFailed
from nightshift.running import step
from nightshift.storage import addresses
from nightshift.storage.night import night_of


def run(stage: str, arguments: dict[str, Any], how: str, timeout_s: float | None = None) -> str:
    """The address that a stage returns, run where `how` says: `here` or `process`.

    A training whose process dies or is stopped puts its family out tonight, and says so: the other families go on.
    """
    if how == "here":
        return step.stage(stage)(**arguments)
    if how != "process":
        found = f"{how!r}, which is launched by the DAG"
        raise ConfigError(
            expected="`here` or `process` outside of a DAG", found=found, next_step="set execution.heavy: process, or trigger the DAG"
        )
    try:
        return isolation.call(stage, arguments, timeout_s, threads=_threads(arguments))
    except TrainingFailed as death:
        if stage != "train":
            raise
        from nightshift.training import fit

        return fit.give_up(**arguments, error=death)


def _threads(arguments: dict[str, Any]) -> int | None:
    night = next((value for value in arguments.values() if isinstance(value, str) and addresses.is_in_a_night(value)), "")
    return night_of(night).market.execution.threads if night else None
