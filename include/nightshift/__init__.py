"""Nightshift: nightly retraining that has to prove itself before it may serve.

From Python, for a notebook or a script; everything is read, nothing is changed (`docs/python.md` has examples that run):

    import nightshift as ns

    ns.markets()                       # the names of the markets there are
    ns.nights("demo")                  # every night: session, verdict, model, version
    night = ns.night("demo")           # the newest judged one
    night.verdict                      # the decision with every check
    night.evaluation.measures.to_frame()
    ns.served("demo").signals()        # what the served release says of the next session
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from nightshift import project
from nightshift.project import PROJECT

if TYPE_CHECKING:
    from nightshift.report.notebook.night_view import NightView
    from nightshift.report.notebook.served_view import ServedView
    from nightshift.report.notebook.table import Table

__version__ = project.VERSION
__all__ = ["PROJECT", "__version__", "ledger", "markets", "night", "nights", "served"]


def markets() -> tuple[str, ...]:
    """The names of the markets there are."""
    from nightshift.config import market_names

    return tuple(market_names())


def nights(market: str) -> Table:
    """Every night of a market, the oldest first: session, state, verdict, model, version."""
    from nightshift.report.notebook import listing

    return listing.nights(market)


def night(market: str, name: str = "", *, as_of: str | dt.datetime | None = None) -> NightView:
    """A night by its name or session; without one the newest that was judged or refused, of what was known at `as_of`."""
    from nightshift.report.notebook import listing

    return listing.night(market, name, as_of)


def served(market: str, *, as_of: str | dt.datetime | None = None) -> ServedView:
    """What a market serves now, or served at an instant."""
    from nightshift.report.notebook import listing

    return listing.served(market, as_of)


def ledger(market: str) -> Table:
    """Every change of what a market serves, the oldest first: when, what, which version, who and why."""
    from nightshift.report.notebook import listing

    return listing.ledger_of(market)
