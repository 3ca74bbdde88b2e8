"""`/docs`: every route with its parameters, an example and its refusals, on one page that loads nothing from anywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Response

TEMPLATE = Path(__file__).with_name("api_page.html.jinja")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Shown:
    """One route as the page shows it."""

    method: str
    path: str
    summary: str
    parameters: tuple[dict[str, Any], ...]
    request: str  # an example of its body; empty: it has none
    answer: str  # an example
    refusals: tuple[tuple[str, str], ...]  # status, title


def router(app: FastAPI) -> APIRouter:
    """The page of an application; its facts are those of `/openapi.json`."""
    routes = APIRouter()

    @routes.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return Response(_page(app), media_type="text/html", headers={"content-security-policy": POLICY})

    return routes


@cache
def _page(app: FastAPI) -> str:
    import jinja2

    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(TEMPLATE.read_text())
    api = app.openapi()
    groups: dict[str, list[Shown]] = {}
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(shown(method.upper(), path, operation))
    return template.render(info=api["info"], groups=groups)


def shown(method: str, path: str, operation: dict[str, Any]) -> Shown:
    """What the page says of one operation of the OpenAPI document."""
    answers = operation["responses"]
    body = operation.get("requestBody", {}).get("content", {})
    refusals = tuple((status, answer["description"]) for status, answer in answers.items() if status != "200")
    return Shown(
        method, path, operation["description"], tuple(operation.get("parameters", ())), _example(body), _example(answers["200"]["content"]),
        refusals,
    )  # fmt: skip


def _example(content: dict[str, Any]) -> str:
    examples = [kind["example"] for kind in content.values() if "example" in kind]
    if not examples:
        return ""
    return examples[0] if isinstance(examples[0], str) else json.dumps(examples[0], indent=2, ensure_ascii=False)
