"""The API page: every route with its parameters, a command that asks it, and its answers. No script, and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

STYLE = Markup("""
:root{color-scheme:light dark;--line:#8884;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:58rem;margin:2rem auto;padding:0 1rem}
h1{margin-bottom:0}section{border-top:1px solid var(--line);padding:1rem 0}
h3{font:600 1rem ui-monospace,monospace;margin:.2rem 0;overflow-wrap:anywhere}
h3 b{display:inline-block;min-width:3.4rem}
pre{background:var(--soft);padding:.7rem;overflow:auto;border-radius:4px}
td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top}nav a{margin-right:1rem}
""")
PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<title>{title}</title><style>{style}</style><h1>{title}</h1><p>{about}</p><p>The same for programs: <a href="openapi.json">'
    "openapi.json</a>. What is refused is an <code>application/problem+json</code> document that names the field.</p>{routes}</html>"
)


def router() -> APIRouter:
    """The page's own route, which is not on it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def page(request: Request) -> Response:
        return Response(drawn(request.app.openapi(), str(request.base_url).rstrip("/")), media_type="text/html")

    return routes


def drawn(schema: Mapping[str, Any], address: str) -> str:
    """The page of an OpenAPI schema, with examples that ask the service at `address`."""
    routes = Markup().join(
        _route(path, method, told, address) for path, methods in schema["paths"].items() for method, told in methods.items()
    )
    facts = schema["info"]
    return str(PAGE.format(title=facts["title"], style=STYLE, about=facts["description"], routes=routes))


def _route(path: str, method: str, told: Mapping[str, Any], address: str) -> Markup:
    parameters = Markup().join(
        Markup("<tr><td><code>{}</code></td><td>{}{}</td></tr>").format(
            one["name"], one.get("description") or one["schema"].get("title", ""), "" if one.get("required") else ", may be left out"
        )
        for one in told.get("parameters", ())
    )
    answers = Markup().join(
        Markup("<tr><td><code>{}</code></td><td>{}</td></tr>").format(status, answer["description"])
        for status, answer in sorted(told["responses"].items())
    )
    return Markup("<section><h3><b>{}</b> {}</h3><p>{}</p><table>{}</table><pre>{}</pre>{}<table>{}</table></section>").format(
        method.upper(), path, told.get("description", ""), parameters, _typed(path, method, told, address), _answered(told), answers
    )


def _typed(path: str, method: str, told: Mapping[str, Any], address: str) -> str:
    """A command that asks the route."""
    where = f"curl {address}{path}"
    example = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    return where if example is None else f"{where} -X {method.upper()} -d '{json.dumps(example)}'"


def _answered(told: Mapping[str, Any]) -> Markup:
    example = told["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("example")
    return Markup("<pre>{}</pre>").format(json.dumps(example, indent=2)) if example else Markup()
