"""What went wrong, as RFC 9457 says it: status, title, detail, and the field it is about. `error` is there for clients of the protocol."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nightshift.errors import ConfigError, NightshiftError

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

LOG = logging.getLogger("nightshift.serving")
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request", 401: "Key wanted", 403: "Not with this key", 404: "Not found", 405: "Method not allowed", 409: "Not as asked",
    411: "Length wanted", 413: "Too large", 415: "Not this media type", 422: "Cannot be answered", 429: "Too many requests",
    500: "Internal error", 503: "Not served",
}  # fmt: skip


@dataclass
class Problem(Exception):
    """A request that is refused: in words that its sender can act on."""

    status: int
    detail: str
    at: str = ""  # where in the request; empty: the whole
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, instance: str, request_id: str) -> dict[str, Any]:
        """The members of the problem document."""
        title = TITLES.get(self.status, "Refused")
        about = {"field": self.at} if self.at else {}
        return {
            "type": f"urn:nightshift:problem:{title.lower().replace(' ', '-')}",
            "title": title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id,
            **about,
            "error": f"{self.at}: {self.detail}" if self.at else self.detail,
        }


def encoded(problem: Problem, path: str, request_id: str) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the answer."""
    return json.dumps(problem.body(path, request_id)).encode(), {"content-type": MEDIA_TYPE, **problem.headers}


def of_error(error: NightshiftError) -> Problem:
    """What the library refuses: the sender's mistake, or the server's state; no path of the server is told."""
    status = 400 if isinstance(error, ConfigError) else 503
    return Problem(status, f"expected {error.expected}; found {error.found}" if status == 400 else "what is served cannot be read now")


def install(app: FastAPI) -> None:
    """Every way to fail answers in the same shape; what nobody foresaw is in the log of the server, and told nobody."""
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    @app.exception_handler(Problem)
    async def _refused(request: Request, problem: Problem) -> Response:
        return _answer(request, problem)

    @app.exception_handler(NightshiftError)
    async def _library(request: Request, error: NightshiftError) -> Response:
        LOG.warning("%s %s: %s", request.method, request.url.path, error)
        return _answer(request, of_error(error))

    @app.exception_handler(HTTPException)
    async def _routing(request: Request, error: HTTPException) -> Response:
        detail = "there is nothing at this address" if error.status_code == 404 else str(error.detail)
        return _answer(request, Problem(error.status_code, detail, headers=error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _parameters(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return _answer(request, Problem(400, str(first["msg"]), ".".join(str(part) for part in first["loc"])))

    @app.exception_handler(Exception)
    async def _unforeseen(request: Request, _error: Exception) -> Response:
        return _answer(request, Problem(500, f"it is in the log of the service under {request.state.request_id}"))


def _answer(request: Request, problem: Problem) -> Response:
    from fastapi import Response

    body, headers = encoded(problem, request.url.path, request.state.request_id)
    return Response(body, problem.status, headers)
