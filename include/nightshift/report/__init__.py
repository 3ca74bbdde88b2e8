"""The report: one HTML file that works offline, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.storage.night import Night


def write(night: Night, folder: Path) -> None:
    """Write `report.html` and `report.json`: the verdict first, then everything the night found."""
    from nightshift.report.gather import gather
    from nightshift.report.pages.facts import night_facts
    from nightshift.storage import store

    facts = night_facts(gather(night))
    store.write_json(folder / "report.json", facts)
    (folder / "report.html").write_text(night_page(facts), encoding="utf-8")


def night_page(facts: dict) -> str:
    """The HTML page of a night, from the facts in its `report.json`."""
    from nightshift.report.pages.facts import parts_of, skill_charts
    from nightshift.report.pages.page import render

    return render("night", facts, parts=parts_of(facts), skill_charts=skill_charts(facts))
