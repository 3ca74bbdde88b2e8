"""What whoever runs the service reads."""

from __future__ import annotations

from fastapi import APIRouter, Response

from nightshift.serving import counting
from nightshift.serving.routes import examples
from nightshift.serving.service import Service


def router(service: Service) -> APIRouter:
    """The routes of one service."""
    routes = APIRouter(tags=["Operation"])

    @routes.get("/metrics", response_class=Response, responses=examples.told(examples.PAGE, 401, 403, 429, 503, media_type="text/plain"))
    async def metrics() -> Response:
        """Requests, latency, version, age and expiry, for Prometheus."""
        service.observe()
        text, media_type = counting.page(service.counts)
        return Response(text, headers={"content-type": media_type})

    return routes
