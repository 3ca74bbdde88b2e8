"""What the API page says of requests and answers beside their shapes: examples, and the problems that a route may answer with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from nightshift.serving import questions, shapes
from nightshift.serving.problems import MEDIA_TYPE, TITLES

INFER = {
    "id": "question 1",
    "inputs": [{"name": "rows", "shape": [1, 3], "datatype": "FP32", "data": [0.12, -0.4, 1.7]}],
}
ANSWER = {
    "model_name": "demo",
    "model_version": "1.0.0",
    "id": "question 1",
    "parameters": {"session": "2026-11-19", "expires_at": "2026-11-20T23:00:00+00:00", "stale": False, "family": "lightgbm"},
    "outputs": [{"name": "score", "datatype": "FP64", "shape": [1], "data": [0.5731]}],
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a refusal."""
    schema = shapes.Problem.model_json_schema()
    return {status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}


def infer(response: type[BaseModel]) -> dict[str, Any]:
    """The arguments of an infer route: its body is read by hand, so its shape is told by hand."""
    body = {"content": {"application/json": {"schema": _inline(questions.schema()), "example": INFER}}, "required": True}
    good = {
        "description": "A score a row",
        "content": {"application/json": {"schema": _inline(response.model_json_schema()), "example": ANSWER}},
    }
    refused = problems(400, 401, 403, 404, 413, 422, 429, 503)
    return {"openapi_extra": {"requestBody": body}, "responses": {200: good, **refused}}


def _inline(schema: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema with its parts in place: OpenAPI looks for references elsewhere."""
    parts = schema.get("$defs", {})

    def placed(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return placed(parts[node["$ref"].rsplit("/", 1)[-1]])
            return {key: placed(value) for key, value in node.items()}
        return [placed(item) for item in node] if isinstance(node, list) else node

    return placed({key: value for key, value in schema.items() if key != "$defs"})
