"""Whatever is sent that the API page allows, or that it does not, nothing of the service breaks: no answer is a 5xx but a stale 503."""

from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode

from nightshift.serving.application import application
from nightshift.serving.door.keys import Keys
from nightshift.serving.door.limits import Limits
from nightshift.serving.service import service

from .conftest import ON_TIME

KNOWN = {"name": "demo", "version": "1.0.1"}
BY_MODE = {GenerationMode.POSITIVE: "allowed", GenerationMode.NEGATIVE: "not allowed"}


@pytest.fixture
def page(released_market, first_loads):
    served = service(("demo",), "production", Keys(), Limits(requests_per_second=1e9), lambda: ON_TIME)
    served.refresh()
    return schemathesis.openapi.from_asgi("/openapi.json", application(served))


def sent(page, examples_each, mode):
    """How many requests were answered, and with which statuses; a 5xx fails here with the request that caused it."""
    statuses = []
    for found in page.get_all_operations():
        operation = found.ok()

        @hypothesis_settings(
            max_examples=examples_each, deadline=None, database=None, phases=[Phase.generate], derandomize=True, verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            if len(statuses) % 2:  # half of the requests get past the name
                case.path_parameters |= {name: KNOWN[name] for name in case.path_parameters}
            response = case.call()
            statuses.append(response.status_code)
            case.validate_response(response, checks=[not_a_server_error])

        with suppress(Unsatisfiable):  # a route without parameters can be asked nothing that is not allowed
            ask()
    return statuses


@pytest.mark.parametrize("mode", BY_MODE, ids=BY_MODE.get)
def test_a_few_requests_of_every_kind(page, mode):
    statuses = sent(page, 8, mode)
    assert len(statuses) >= 20
    assert max(statuses) < 500


@pytest.mark.slow
def test_two_thousand_requests(page):
    statuses = [status for mode in BY_MODE for status in sent(page, 260, mode)]
    assert len(statuses) >= 2000
    assert {200, 400, 404, 422} <= set(statuses)
    assert max(statuses) < 500
