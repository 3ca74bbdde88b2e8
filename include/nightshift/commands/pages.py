"""`report`, `compare`, `runs`: the pages and the tracked runs."""

from __future__ import annotations

import argparse
import webbrowser

from nightshift import registry, store
from nightshift.commands import summary
from nightshift.commands.answers import answer, table
from nightshift.config import known, load_market
from nightshift.errors import EXIT_SUCCESS
from nightshift.night import night_of


def report(asked: argparse.Namespace) -> int:
    """Where the night's report is; opened on request."""
    load_market(asked.market)
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
    from nightshift.report.compare import compare as page

    market = load_market(asked.market).market
    chosen = [f"{market}/nights/{_known_night(market, name)}" for name in asked.nights] or summary.nights(market)[-10:]
    file = page(market, chosen)
    answer(asked, {"nights": chosen, "page": str(file)}, [str(file)])
    return EXIT_SUCCESS


def runs(asked: argparse.Namespace) -> int:
    """Tracked runs of the market that match a filter."""
    found = registry.runs(load_market(asked.market).market, asked.where)
    rows = [[r["name"], r["started"], " ".join(f"{k}={v:.4g}" for k, v in sorted(r["metrics"].items())[:6])] for r in found]
    answer(asked, found, table(rows, ["run", "started", "metrics"]))
    return EXIT_SUCCESS


def _known_night(market: str, name: str) -> str:
    return known(f"night of {market}", name, [where.rsplit("/", maxsplit=1)[-1] for where in summary.nights(market)])
