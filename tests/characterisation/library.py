"""The one place of these tests that imports the library: where it moves, this file moves along."""

from __future__ import annotations

from pathlib import Path


def night(market: str, as_of: str) -> Path:
    """Run a whole night; the folder it left."""
    from nightshift.running.line import run_night
    from nightshift.storage import store
    from nightshift.storage.night import Options

    return store.path(run_night(market, as_of, Options()).address)
