"""A stage of the library as a task. Where it runs is one word of the market's file; the DAG does not know it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from airflow.sdk import task

from nightshift.config import Market

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


def timeout_s(arguments: dict[str, Any]) -> float:
    """How long a training may take: the night knows its family's limit."""
    from nightshift.storage.night import night_of

    return night_of(arguments["kept"]).timeout_s(arguments["family"])


def bound(stage: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The stage's arguments by name."""
    return dict(inspect.signature(stage).bind(*args, **kwargs).arguments)


def _elsewhere(stage: Callable[..., Any], market: Market) -> Callable[..., Any]:
    @wraps(stage)
    def run(*args: Any, **kwargs: Any) -> str:
        from nightshift.running import heavy

        arguments = bound(stage, args, kwargs)
        return heavy.run(stage.__name__, arguments, how=market.execution.heavy, timeout_s=timeout_s(arguments))

    return run
