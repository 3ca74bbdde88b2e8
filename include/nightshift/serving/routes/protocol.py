"""The Open Inference Protocol, version 2: live, ready, metadata, infer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from nightshift.nouns.prediction_line import SCORES_KEPT, PredictionLine
from nightshift.project import VERSION
from nightshift.serving.problems import Problem
from nightshift.serving.routes import examples
from nightshift.serving.routes.model_metadata import metadata
from nightshift.serving.served import stale
from nightshift.serving.served.swapping import Serving
from nightshift.serving.service import Service
from nightshift.serving.wire import tensors
from nightshift.serving.wire.bodies import body_of, json_length
from nightshift.serving.wire.shapes import InferRequest, InferResponse, ModelMetadata, ServerMetadata

NAME = "nightshift"
EXTENSIONS = ["binary_tensor_data"]


def router(service: Service) -> APIRouter:
    """The routes of one service."""
    routes = APIRouter(tags=["Open Inference Protocol"])
    _infer_routes(routes, service)  # the first that is looked at

    @routes.get("/v2", response_model=ServerMetadata, responses=examples.told(examples.SERVER, 401, 403, 429, 503))
    async def server() -> ServerMetadata:
        """Name, version and extensions of the service."""
        return ServerMetadata(name=NAME, version=VERSION, extensions=EXTENSIONS)

    @routes.get("/v2/health/live", responses=examples.told({"live": True}))
    async def live() -> dict[str, bool]:
        """200 while the process answers."""
        return {"live": True}

    @routes.get("/v2/health/ready", responses=examples.told(examples.READY, 503))
    async def ready() -> dict[str, Any]:
        """200 once every market of the service has a model that answers; 503 with the markets that have none."""
        missing = [name for name, slot in service.slots.items() if slot.current is None]
        if missing:
            raise Problem(503, f"not every market has a model that answers: {', '.join(missing)}")
        held_back = [name for name, slot in service.slots.items() if slot.failure]
        return {"ready": True, "newer_release_refused": held_back}

    _model_routes(routes, service)
    return routes


def _model_routes(routes: APIRouter, service: Service) -> None:
    model_says = examples.told(examples.MODEL, 401, 403, 404, 429, 503)
    ready_says = examples.told(examples.MODEL_READY, 401, 403, 404, 429, 503)

    @routes.get("/v2/models/{name}", response_model=ModelMetadata, responses=model_says)
    async def model(name: str) -> ModelMetadata:
        """What the model is asked with, and what it answers."""
        return metadata(service.serving(name), service.limits.rows)

    @routes.get("/v2/models/{name}/versions/{version}", response_model=ModelMetadata, responses=model_says)
    async def version_of(name: str, version: str) -> ModelMetadata:
        """The same of a version; only the one that is served answers."""
        return metadata(service.serving(name, version), service.limits.rows)

    @routes.get("/v2/models/{name}/ready", responses=ready_says)
    async def model_ready(name: str) -> dict[str, Any]:
        """200 while the model answers and its answers are good."""
        return _ready(service, service.serving(name))

    @routes.get("/v2/models/{name}/versions/{version}/ready", responses=ready_says)
    async def version_ready(name: str, version: str) -> dict[str, Any]:
        """The same of a version."""
        return _ready(service, service.serving(name, version))


def _infer_routes(of_service: APIRouter, service: Service) -> None:
    """What is asked most: straight to the answer, past what FastAPI would look for in a request."""

    async def infer(request: Request) -> Response:
        """By the version that is served when the request comes; refused when another one is named."""
        asked = request.path_params
        return await _infer(service, service.serving(asked["name"], asked.get("version")), request)

    class Straight(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            return infer

    routes = APIRouter(route_class=Straight)

    @routes.post("/v2/models/{name}/infer", **examples.infer(InferRequest, InferResponse))
    async def answer(name: str) -> None:
        """A score for every row, by the version that is served when the request comes."""

    @routes.post("/v2/models/{name}/versions/{version}/infer", **examples.infer(InferRequest, InferResponse))
    async def answer_of_version(name: str, version: str) -> None:
        """The same, refused when another version is served."""

    of_service.include_router(routes)


def _ready(service: Service, serving: Serving) -> dict[str, Any]:
    is_stale = stale.refuse_stale(service, serving, service.clock())
    return {"name": serving.model.market, "version": serving.model.version, "ready": True, "stale": is_stale}


async def _infer(service: Service, serving: Serving, request: Request) -> Response:
    model, now = serving.model, service.clock()
    if not model.answers_rows:
        raise Problem(422, f"{model.fitted.family} reads the whole market at once: ask /signals?market={model.market}", "model")
    body, length = await body_of(request, service.limits.body_bytes), json_length(request)
    is_stale = stale.refuse_stale(service, serving, now)
    batch = tensors.batch_of(body, length, model, service.limits.rows)
    scores = await model.scores(batch.windows, batch.symbols)
    if not np.isfinite(scores).all():
        raise Problem(422, f"{model.fitted.family} has no finite score for row {int(np.argmin(np.isfinite(scores)))}", "inputs")
    service.counts.rows.labels(model.market).inc(len(scores))
    line = PredictionLine(
        at=now, request_id=request.state.request_id, version=model.version, asked_for="infer", session=str(serving.freshness.session),
        stale=is_stale, rows=len(scores), symbols=batch.symbols[:SCORES_KEPT], scores=tuple(scores[:SCORES_KEPT].tolist()),
    )  # fmt: skip
    service.log.add(model.market, line)
    head = {"model_name": model.market, "model_version": model.version, "id": batch.id, "parameters": stale.facts(serving, is_stale)}
    answer, json_bytes = tensors.answer(batch, scores, {key: value for key, value in head.items() if value is not None})
    kind = "application/json" if json_bytes is None else "application/octet-stream"
    more = {} if json_bytes is None else {"inference-header-content-length": str(json_bytes)}
    return Response(answer, media_type=kind, headers={**stale.headers(serving, is_stale), **more})
