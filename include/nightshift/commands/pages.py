"""`report`, `compare`, `runs`: the pages and the tracked runs."""

from __future__ import annotations

import webbrowser

import click

from nightshift.commands import nights
from nightshift.commands.answers import Answer, folded, table
from nightshift.commands.asked import JSON, MARKET, NIGHT_NAME
from nightshift.commands.command import command
from nightshift.storage import addresses, store


@command(
    MARKET,
    click.argument("night", type=NIGHT_NAME, required=False),
    click.option("--open", "shown", is_flag=True, help="show it in the browser"),
    JSON,
    examples=("nightshift report --open", "nightshift report 2026-11-19-1a2b3c4d --market demo"),
)
def report(market: str, night: str | None, shown: bool) -> Answer:
    """Say where a night's report is; --open shows it in the browser.

    Without a NIGHT it is the last one that has a report. It is drawn again where the templates have changed since.
    """
    from nightshift import report as page
    from nightshift.config import load_market
    from nightshift.storage.night import night_of
    from nightshift.storage.night_state import state_of

    load_market(market)
    chosen = night_of(addresses.night(market, night)) if night else nights.last(market, "report")
    state, file = state_of(chosen), store.open_folder(page.make(chosen)) / "report.html"
    if shown:
        webbrowser.open(file.as_uri())
    said = [] if state.word == "judged" else folded(f"{state.word if state.is_stopped else state.reason}: {chosen.address}", indent=2)
    return Answer({"night": chosen.address, "state": state.word, "report": str(file)}, [*said, str(file)])


@command(
    MARKET,
    click.argument("names", type=NIGHT_NAME, nargs=-1, metavar="[NIGHT]..."),
    JSON,
    examples=("nightshift compare", "nightshift compare 2026-11-18-5e6f7a8b 2026-11-19-1a2b3c4d --market demo"),
)
def compare(market: str, names: tuple[str, ...]) -> Answer:
    """Write a page that compares nights side by side.

    Without a NIGHT: the last ten.
    """
    from nightshift.config import load_market
    from nightshift.report.pages.compare import compare as page

    load_market(market)
    chosen = [addresses.night(market, name) for name in names] or _worked_through(market)[-10:]
    file = page(market, chosen)
    return Answer({"nights": chosen, "page": str(file)}, [str(file)])


def _worked_through(market: str) -> list[str]:
    """The nights but for those without news, which have nothing to compare."""
    from nightshift.report.lines.resting import without_news
    from nightshift.storage.night import night_of

    return [where for where in addresses.opened_nights(market) if not without_news(night_of(where))]


@command(
    MARKET,
    click.option("--where", default="", metavar="TERMS", help="only runs that meet these terms, joined by `and`"),
    JSON,
    examples=("nightshift runs", "nightshift runs --where \"accuracy > 0.6 and family = 'xgboost'\""),
)
def runs(market: str, where: str) -> Answer:
    """Search tracked runs, e.g. --where "accuracy > 0.6"."""
    from nightshift import tracking
    from nightshift.config import load_market

    found = tracking.runs(load_market(market).market, where)
    rows = [[r["name"], r["started"], " ".join(f"{k}={v:.4g}" for k, v in sorted(r["metrics"].items())[:6])] for r in found]
    return Answer(found, table(rows, ["run", "started", "metrics"]))
