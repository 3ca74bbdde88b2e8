"""The routes of a service, put together."""

from __future__ import annotations

from typing import Any

from nightshift.project import VERSION
from nightshift.serving import problems
from nightshift.serving.door.gate_keeping import GateKeeper
from nightshift.serving.service import Service

ABOUT = "What Nightshift serves: scores over the Open Inference Protocol v2, signals for the next session; each says until when it is good."


def application(service: Service) -> Any:
    """The ASGI application of a service."""
    from fastapi import FastAPI

    from nightshift.serving.routes import api_page, next_session, operation, protocol

    app = FastAPI(title="Nightshift", version=VERSION, description=ABOUT, redoc_url=None, docs_url=None)
    problems.install(app)
    app.include_router(protocol.router(service))
    app.include_router(next_session.router(service))
    app.include_router(operation.router(service))
    app.include_router(api_page.router(app))
    return GateKeeper(app, service)
