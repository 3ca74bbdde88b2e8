"""Simulations of small markets, each in a home of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nightshift.config import Market, load_market

SMALL = {
    "source": {"kind": "simulated", "symbols": 6, "first_session": "2024-06-03", "seed": 3, "signal": {"kind": "linear", "strength": 0.9}},
    "families": [{"name": "logistic"}],
    "execution": {"heavy": "here", "threads": 1},
}


@pytest.fixture(scope="session")
def living(small_market) -> Callable:
    """A home with a market `small`, entered for as long as one is in it."""

    @contextmanager
    def entered(place: Path, **more: object) -> Iterator[Market]:
        if not (place / "markets").is_dir():
            small_market(place, **SMALL | more)
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("NIGHTSHIFT_HOME", str(place / "home"))
            patched.setenv("NIGHTSHIFT_MARKETS", str(place / "markets"))
            patched.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
            yield load_market("small")

    return entered
