"""What every request passes before its route: an id, a key, a rate, a size; and what is counted when it is answered. Plain ASGI."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nightshift.serving.door.request_ids import request_ids
from nightshift.serving.problems import Problem, encoded
from nightshift.serving.service import Service

OPEN = ("/v2/health/live", "/v2/health/ready")  # probes have no key
DOCS = ("/docs", "/openapi.json")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # any other word would be a series of its own
SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@dataclass(frozen=True)
class GateKeeper:
    """Around the application."""

    app: Any
    service: Service
    ids: Iterator[str] = field(default_factory=request_ids)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, headers = time.perf_counter(), _headers(scope)
        request_id = headers.get("x-request-id", "")
        request_id = request_id if SANE_ID.fullmatch(request_id) else next(self.ids)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def told(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", request_id.encode())]}
            await send(message)

        try:
            self._refuse_unless_allowed(scope, headers)
            with self.service.room.held() as there_is_room:
                if not there_is_room and scope["path"] not in OPEN:
                    raise Problem(503, f"expected fewer than {self.service.limits.at_once} requests at once", headers={"retry-after": "1"})
                await self.app(scope, receive, told)
        except Problem as problem:
            await _send(told, problem, scope["path"], request_id)
        finally:
            self._count(scope, status, time.perf_counter() - started)

    def _refuse_unless_allowed(self, scope: dict[str, Any], headers: dict[str, str]) -> None:
        path = scope["path"]
        if path in OPEN:  # whoever restarts a service that is not alive must not be answered that it asks too often
            return
        secret = _secret(headers)
        holder = self.service.keys.holder(secret, self.service.stage)
        self._refuse_too_often(holder or (scope.get("client") or ("unknown", 0))[0])  # who guesses at keys is paced as well
        if holder is None and self.service.keys.are_wanted and not (path in DOCS and self.service.shows_docs):
            raise self._without_key(secret)
        length = headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and (len(length) > 12 or int(length) > self.service.limits.body_bytes):
            raise Problem(413, f"expected a body of at most {self.service.limits.body_mib:g} MiB; found {length[:20]} bytes", "body")

    def _refuse_too_often(self, client: str) -> None:
        wait = self.service.rate.wait_s(client, time.monotonic())
        if wait:
            limit = self.service.limits.requests_per_second
            raise Problem(429, f"expected at most {limit:g} requests a second", headers={"retry-after": str(max(1, round(wait)))})

    def _without_key(self, secret: str) -> Problem:
        if secret:
            return Problem(403, f"expected a key for {self.service.stage}")
        return Problem(401, "expected a key, as `Authorization: Bearer …` or `X-API-Key: …`", headers={"www-authenticate": "Bearer"})

    def _count(self, scope: dict[str, Any], status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.service.counts.requests.labels(route, method, str(status)).inc()
        self.service.counts.seconds.labels(route).observe(seconds)


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _secret(headers: dict[str, str]) -> str:
    bearer = headers.get("authorization", "")
    return headers.get("x-api-key") or (bearer[7:] if bearer[:7].lower() == "bearer " else "")


async def _send(send: Any, problem: Problem, path: str, request_id: str) -> None:
    body, headers = encoded(problem, path, request_id)
    raw = [(name.encode(), value.encode()) for name, value in {**headers, "content-length": str(len(body))}.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
