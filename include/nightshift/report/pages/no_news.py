"""The page of a night without news: short, because nothing was done."""

from __future__ import annotations

from nightshift.release.signals.issued import of_night
from nightshift.report.lines.signal_lines import headline
from nightshift.report.pages.page import render
from nightshift.report.pages.schema_version import SCHEMA_VERSION
from nightshift.storage import addresses
from nightshift.storage.night import Night


def rested_facts(night: Night, rested: dict[str, str | None]) -> dict[str, object]:
    """What `report.json` holds of such a night."""
    earlier = str(rested["rests_on"])
    link = addresses.link(f"{addresses.stage(earlier, 'report')}/report.html", start=night.stage("report"))
    given = next(iter(of_night(night.address)), None)
    signals = {"signals": headline(given.record), "signals_for": str(given.record.for_session)} if given else {"signals": ""}
    more = {"link": link, "rests_on_name": addresses.name_of(earlier), **signals}
    opened = {"title": night.market.title, "market": night.market.market, "as_of": night.as_of.isoformat()}
    return {"schema_version": SCHEMA_VERSION, "kind": "no_new_bar", **opened, **rested, **more}


def no_news_page(facts: dict[str, object]) -> str:
    """The HTML page, from the facts in its `report.json`."""
    return render("no_news", facts)
