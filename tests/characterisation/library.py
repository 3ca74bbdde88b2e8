"""The one place of these tests that imports the library: where it moves, this file moves along."""

from __future__ import annotations

from pathlib import Path


def night(market: str, as_of: str) -> Path:
    """Run a whole night; the folder it left."""
    from nightshift.nouns.options import Options
    from nightshift.running.line import run_night
    from nightshift.storage import store

    return store.path(run_night(market, as_of, Options()).address)
