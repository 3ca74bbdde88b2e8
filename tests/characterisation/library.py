"""The one place of these tests that imports the library: where it moves, this file moves along."""

from __future__ import annotations

from pathlib import Path


def night(market: str, as_of: str) -> Path:
    """Run a whole night; the folder it left."""
    from nightshift import store
    from nightshift.night import Options
    from nightshift.stages import run_night

    return store.path(run_night(market, as_of, Options()).address)
