"""What the service says of itself: every route with an example, in a document for programs and on a page that loads nothing."""

import re

import pytest

from nightshift.serving.wire.shapes import InferRequest, InferResponse, ModelMetadata, Problem, ServerMetadata


@pytest.fixture
def api(asked):
    return asked()("GET", "/openapi.json").json()


def test_every_route_has_a_summary_an_example_and_its_refusals(api):
    paths = {path for path in api["paths"] if not path.endswith("{version}")}
    assert {"/v2", "/v2/health/live", "/v2/health/ready", "/v2/models/{name}", "/v2/models/{name}/infer", "/signals", "/metrics"} <= paths
    for path, methods in api["paths"].items():
        for operation in methods.values():
            good = operation["responses"]["200"]["content"]
            assert operation["description"], path
            assert all("example" in kind for kind in good.values()), path
            assert path == "/v2/health/live" or "503" in operation["responses"], path


def test_examples_are_of_the_shapes_they_stand_for(api):
    infer = api["paths"]["/v2/models/{name}/infer"]["post"]
    InferRequest.model_validate(infer["requestBody"]["content"]["application/json"]["example"])
    InferResponse.model_validate(infer["responses"]["200"]["content"]["application/json"]["example"])
    Problem.model_validate(infer["responses"]["404"]["content"]["application/problem+json"]["example"])
    for path, shape in (("/v2", ServerMetadata), ("/v2/models/{name}", ModelMetadata)):
        shape.model_validate(api["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"])


def test_the_page_shows_every_route_and_loads_nothing(asked, api):
    answer = asked()("GET", "/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert all(f"<code>{path}</code>" in answer.text for path in api["paths"])
    assert not re.search(r"<script|src=|url\(|@import|href=\"https?:", answer.text)
