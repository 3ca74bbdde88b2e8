"""What the API page says of requests and answers beside their shapes: examples, and the problems that a route may answer with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from nightshift.serving.problems import MEDIA_TYPE, TITLES
from nightshift.serving.wire import shapes

Responses = dict[int | str, dict[str, Any]]

INFER = {
    "id": "question 1",
    "inputs": [{"name": "rows", "shape": [1, 3], "datatype": "FP32", "data": [0.12, -0.4, 1.7]}],
}
ANSWER: dict[str, Any] = {
    "model_name": "demo",
    "model_version": "1.0.0",
    "id": "question 1",
    "parameters": {"session": "2026-11-19", "expires_at": "2026-11-20T23:00:00+00:00", "stale": False, "family": "lightgbm"},
    "outputs": [{"name": "score", "datatype": "FP64", "shape": [1], "data": [0.5731]}],
}


SERVER = {"name": "nightshift", "version": "0.1.0", "extensions": ["binary_tensor_data"]}
READY = {"ready": True, "newer_release_refused": []}
MODEL_READY = {"name": "demo", "version": "1.0.0", "ready": True, "stale": False}
MODEL = {
    "name": "demo",
    "versions": ["1.0.0"],
    "platform": "nightshift_lightgbm",
    "inputs": [
        {"name": "rows", "datatype": "FP32", "shape": [-1, 3], "parameters": {"columns": ["log_return_1", "rsi_14", "volume_shock_20"]}},
        {"name": "symbols", "datatype": "BYTES", "shape": [-1], "parameters": {"optional": True}},
    ],
    "outputs": [{"name": "score", "datatype": "FP64", "shape": [-1], "parameters": {"means": "probability of up within 1 sessions"}}],
    "parameters": {**ANSWER["parameters"], "threshold": 0.0, "most_rows": 50_000},
}
PAGE = 'nightshift_serving_requests_total{method="GET",route="/signals",status="200"} 2.0\n'
NO_SUCH = {
    "type": "urn:nightshift:problem:not-found",
    "title": "Not found",
    "status": 404,
    "detail": "expected 1.0.1, the version that answers; found '1.0.0'",
    "instance": "/v2/models/demo/versions/1.0.0",
    "request_id": "5f0c6f3c2b9c4c0f8e0a3a1d6b7e9f10",
    "field": "version",
    "error": "version: expected 1.0.1, the version that answers; found '1.0.0'",
}


def told(
    example: Any, *statuses: int, media_type: str = "application/json", says: str = "As in the example"
) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that reads nothing but its address."""
    return {200: {"description": says, "content": {media_type: {"example": example}}}, **problems(*statuses)}


def problems(*statuses: int) -> Responses:
    """The answers of a refusal."""
    kind = {"schema": shapes.Problem.model_json_schema(), "example": NO_SUCH}
    plain = {"schema": kind["schema"]}
    return {status: {"description": TITLES[status], "content": {MEDIA_TYPE: kind if status == 404 else plain}} for status in statuses}


def infer(request: type[BaseModel], response: type[BaseModel]) -> dict[str, Any]:
    """The arguments of an infer route: its body is read by hand, so its shape is told by hand."""
    body = {"content": {"application/json": {"schema": _inline(request), "example": INFER}}, "required": True}
    good = {"description": "A score a row", "content": {"application/json": {"schema": _inline(response), "example": ANSWER}}}
    refused = problems(400, 401, 403, 404, 413, 422, 429, 503)
    return {"openapi_extra": {"requestBody": body}, "responses": {200: good, **refused}}


def _inline(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema with its parts in place: OpenAPI looks for references elsewhere."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def placed(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return placed(parts[node["$ref"].rsplit("/", 1)[-1]])
            return {key: placed(value) for key, value in node.items()}
        return [placed(item) for item in node] if isinstance(node, list) else node

    return placed(schema)
