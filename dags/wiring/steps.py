"""A stage of the library as a task. Where it runs is one word of the market's file; the DAG does not know it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from airflow.sdk import task

from nightshift.config import Market
from wiring.arguments import bound, timeout_s

TRAINING_POOL = "training"


def step(stage: Callable[..., Any], **settings: Any) -> Callable[..., Any]:
    """A light stage: runs in the task's own process."""
    return task(doc_md=inspect.getdoc(stage), **settings)(stage)


def heavy(stage: Callable[..., Any], market: Market, **settings: Any) -> Callable[..., Any]:
    """A heavy stage: runs here, in a child process or in a container, one at a time a slot of the training pool."""
    settings = {"doc_md": inspect.getdoc(stage), "pool": TRAINING_POOL, **settings}
    if market.execution.heavy == "docker":
        from wiring.container import container_task  # imports the Docker client: only for markets that ask for it

        return container_task(stage, market, **settings)
    return task(**settings)(_elsewhere(stage, market))


def _elsewhere(stage: Callable[..., Any], market: Market) -> Callable[..., Any]:
    @wraps(stage)
    def run(*args: Any, **kwargs: Any) -> str:
        from nightshift.running import heavy

        arguments = bound(stage, args, kwargs)
        return heavy.run(stage.__name__, arguments, how=market.execution.heavy, timeout_s=timeout_s(arguments))

    return run
