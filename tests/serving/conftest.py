"""A service of the recorded market, asked in this process; its model is loaded once for each test file's worker."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from nightshift.serving.application import application
from nightshift.serving.door.keys import Keys
from nightshift.serving.door.limits import Limits
from nightshift.serving.service import service

ON_TIME = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)  # a day before the answers of 2026-11-19 expire
TOO_LATE = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


class Asked:
    """A service, and requests to it as they come over HTTP."""

    def __init__(self, served):
        self.service = served
        self._app = application(served)

    def __call__(self, method, path, **more):
        import asyncio

        async def one():
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
                return await client.request(method, path, **more)

        return asyncio.run(one())

    def infer(self, rows=None, *, path="/v2/models/demo/infer", **changed):
        """One infer request, with what is wanted otherwise in its tensor."""
        n_columns = len(self.service.serving("demo").model.columns.names)
        rows = np.zeros((2, n_columns)) if rows is None else rows
        tensor = {"name": "rows", "shape": list(rows.shape), "datatype": "FP32", "data": rows.tolist()} | changed
        return self("POST", path, json={"inputs": [tensor]})


@pytest.fixture
def first_loads(monkeypatch):
    """The throw-away process that every release is loaded in first takes seconds: tests that are not about it load here."""
    from nightshift.nouns.release import FirstLoad
    from nightshift.release import deployment, probe
    from nightshift.serving.served import loading

    for place in (deployment, loading):
        monkeypatch.setattr(place, "first_load", lambda release: FirstLoad.model_validate(probe.first_load(release)))


@pytest.fixture
def asked(released_market, first_loads):
    """A service that has looked for its releases once, with another clock, keys or limits where a test says so."""

    def make(*, now=ON_TIME, keys=None, limits=None, **more):
        served = service(("demo",), "production", keys or Keys(), limits or Limits(), lambda: now, **more)
        served.refresh()
        return Asked(served)

    return make


@pytest.fixture
def pool():
    """Some clients at once."""
    with ThreadPoolExecutor(8) as several:
        yield several
