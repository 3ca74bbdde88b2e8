"""The report: one HTML file that works offline, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def make(night: Night) -> str:
    """The address of the night's report: a link to the page that today's templates and drawing code draw.

    What other code has left may be told otherwise by this one, or not at all: such a night keeps the page that it has,
    and so does one whose page is no link.
    """
    from nightshift.storage import addresses, fingerprints, ledger, store
    from nightshift.storage.night import is_of_this_code
    from nightshift.storage.night_state import state_of

    where, promotion = night.stage("report"), ledger.promotion_of(night.address)
    if store.exists(where) and not (store.pointed(where) and is_of_this_code(night)):
        return where
    state = state_of(night)  # a night that goes on later gets another page
    so_far = [] if state.word == "judged" else [state.word, state.at, state.reason]
    given = [addresses.name_of(one) for one in store.children(night.stage("signals"))]
    key = store.fingerprint([fingerprints.of(fingerprints.PAGE), promotion.version if promotion else "", given, *so_far])
    drawn = store.write(f"{where}-{key[:8]}", lambda folder: write(night, folder))
    if store.pointed(where) != drawn:
        store.point(where, drawn)
    return where


def write(night: Night, folder: Path) -> None:
    """Write `report.html` and `report.json`: the verdict first, then everything the night found; or why there is no verdict."""
    from nightshift.report.gather import gather
    from nightshift.report.lines.resting import without_news
    from nightshift.report.pages import stopped
    from nightshift.report.pages.facts import night_facts
    from nightshift.report.pages.no_news import no_news_page, rested_facts
    from nightshift.storage import store

    if rested := without_news(night):
        facts = rested_facts(night, rested)
        store.write_json(folder / "report.json", facts)
        (folder / "report.html").write_text(no_news_page(facts), encoding="utf-8")
        return
    found = gather(night)
    if found.state.is_stopped:
        stopped.write(found, folder)
        return
    facts = night_facts(found)
    store.write_json(folder / "report.json", facts)
    (folder / "report.html").write_text(night_page(facts), encoding="utf-8")


def night_page(facts: dict) -> str:
    """The HTML page of a night, from the facts in its `report.json`."""
    from nightshift.report.pages.facts import parts_of, skill_charts
    from nightshift.report.pages.page import render

    return render("night", facts, parts=parts_of(facts), skill_charts=skill_charts(facts))
