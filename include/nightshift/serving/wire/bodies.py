"""A request's body, read no further than it may be long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.serving.problems import Problem

if TYPE_CHECKING:
    from fastapi import Request


async def body_of(request: Request, most_bytes: int) -> bytes:
    """The whole body; one that says no length, or lies about it, is read until the limit and no further."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most_bytes:
            raise Problem(413, f"expected a body of at most {most_bytes} bytes; found more", "body")
        parts.append(part)
    return b"".join(parts)


def json_length(request: Request) -> int | None:
    """Where the JSON ends and binary tensors begin; None where all is JSON."""
    told = request.headers.get("inference-header-content-length")
    if told is None:
        return None
    if not (told.isascii() and told.isdigit()) or len(told) > 12:  # '²' is a digit to `isdigit`, and no number
        raise Problem(400, f"expected a number of bytes; found {told[:40]!r}", "Inference-Header-Content-Length")
    return int(told)
