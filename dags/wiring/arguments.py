"""What a stage was called with, by name, and how long it may take."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def timeout_s(arguments: dict[str, Any]) -> float:
    """How long a training may take: the night knows its family's limit."""
    from nightshift.storage.night import night_of

    return night_of(arguments["kept"]).timeout_s(arguments["family"])


def bound(stage: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The stage's arguments by name."""
    return dict(inspect.signature(stage).bind(*args, **kwargs).arguments)
