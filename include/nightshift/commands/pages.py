"""`report`, `compare`, `runs`: the pages and the tracked runs."""

from __future__ import annotations

import argparse
import webbrowser

from nightshift import tracking
from nightshift.commands import summary
from nightshift.commands.answers import answer, table
from nightshift.config import known
from nightshift.errors import EXIT_SUCCESS
from nightshift.running.market_check import checked_market
from nightshift.storage import store
from nightshift.storage.night import night_of


def report(asked: argparse.Namespace) -> int:
    """Where the night's report is; opened on request."""
    checked_market(asked.market)
    night = (
        night_of(f"{asked.market}/nights/{_known_night(asked.market, asked.night)}") if asked.night else summary.last_night(asked.market)
    )
    file = store.open_folder(night.stage("report")) / "report.html"
    if asked.open:
        webbrowser.open(file.as_uri())
    answer(asked, {"night": night.address, "report": str(file)}, [str(file)])
    return EXIT_SUCCESS


def compare(asked: argparse.Namespace) -> int:
    """A page over the nights named, or the last ten."""
    from nightshift.report.pages.compare import compare as page

    market = checked_market(asked.market).market
    chosen = [f"{market}/nights/{_known_night(market, name)}" for name in asked.nights] or summary.nights(market)[-10:]
    file = page(market, chosen)
    answer(asked, {"nights": chosen, "page": str(file)}, [str(file)])
    return EXIT_SUCCESS


def runs(asked: argparse.Namespace) -> int:
    """Tracked runs of the market that match a filter."""
    found = tracking.runs(checked_market(asked.market).market, asked.where)
    rows = [[r["name"], r["started"], " ".join(f"{k}={v:.4g}" for k, v in sorted(r["metrics"].items())[:6])] for r in found]
    answer(asked, found, table(rows, ["run", "started", "metrics"]))
    return EXIT_SUCCESS


def _known_night(market: str, name: str) -> str:
    return known(f"night of {market}", name, [where.rsplit("/", maxsplit=1)[-1] for where in summary.nights(market)])
