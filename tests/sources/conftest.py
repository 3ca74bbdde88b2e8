"""Small markets for the tests of sources and snapshots."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nightshift.config import Market


@pytest.fixture
def market() -> Callable[..., Market]:
    """A market with this source: `market("simulated", symbols=3)`."""

    def made(kind: str = "simulated", name: str = "small", calendar: str = "XNYS", **source: object) -> Market:
        facts = {
            "market": name,
            "title": "Small",
            "calendar": calendar,
            "source": {"kind": kind, **source},
            "families": [{"name": "logistic"}],
        }
        return Market.model_validate(facts)

    return made
