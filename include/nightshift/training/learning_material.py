"""What a family learns from tonight, where its checkpoints lie, and what it says while it learns."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from nightshift.models import Context
from nightshift.nouns.panel import Rows, rows_of
from nightshift.storage import store
from nightshift.storage.night import Night

LOG = logging.getLogger("nightshift")
SECONDS_BETWEEN_LINES = 2.0


def learning_material(night: Night, family: str) -> tuple[Rows, Rows, Context]:
    """Training rows, validation rows and the context of one family tonight."""
    from nightshift.data import columns

    where = night.columns
    panel, split = columns.load_panel(where), columns.load_split(where)
    return rows_of(panel, split.train), rows_of(panel, split.validate), context_of(night, family)


def context_of(night: Night, family: str) -> Context:
    """How a fit of this family runs tonight."""
    execution, task = night.market.execution, night.market.label.task
    return Context(task, execution.seed, execution.threads, checkpoints(night, family), narrator(family), execution.memory_budget_mib)


def narrator(family: str) -> Callable[[int, dict[str, float]], None]:
    """Says how far a fit is, in plain words, every few seconds."""
    began = said = time.monotonic()

    def told(step: int, metrics: dict[str, float]) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said < SECONDS_BETWEEN_LINES:
            return
        said = now
        measured = ", ".join(f"{name.replace('_', ' ')} {value:.5f}" for name, value in metrics.items())
        LOG.info("%s: step %d, %s, %.0f s", family, step, measured, now - began)

    return told


def checkpoints(night: Night, family: str) -> Path:
    """Beside the night's sealed folders, so that a second run of the same night finds what a killed one had reached."""
    return store.path(night.stage("checkpoints", family))
