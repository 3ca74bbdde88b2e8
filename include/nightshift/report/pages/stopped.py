"""The page of a night that was stopped: what was refused, what to try, and the data account."""

from __future__ import annotations

from pathlib import Path

from nightshift.nouns.refusal_record import RefusalRecord
from nightshift.report.drawing.numbers import plain
from nightshift.report.gather import Found, left
from nightshift.report.pages.page import render
from nightshift.report.pages.schema_version import SCHEMA_VERSION
from nightshift.report.sections import tables
from nightshift.report.sections.data_account import breaches, data_account
from nightshift.report.sections.verdict import STATES
from nightshift.storage import store

SIGN = "⊘"


def write(found: Found, folder: Path) -> None:
    """Write `report.html` and `report.json` of a night that was stopped."""
    facts = _facts(found)
    store.write_json(folder / "report.json", facts)
    (folder / "report.html").write_text(render("stopped", facts, parts=_parts_of(facts)), encoding="utf-8")


def _facts(found: Found) -> dict:
    """Everything the page shows, as plain JSON facts."""
    night, refusal = found.night, left(found.night, RefusalRecord, "refused")
    reasons = found.data.refusals if found.data and found.state.word == "data refused" and found.state.at == "check" else ()
    facts = {
        "schema_version": SCHEMA_VERSION, "kind": "stopped", "title": night.market.title, "market": night.market.market,
        "session": str(night.session), "as_of": night.as_of.isoformat(), "night": night.address,
        "banner": {
            "decision": STATES[found.state.word], "sign": SIGN, "headline": found.state.reason, "stage": found.state.at,
            "means": "Nothing was trained tonight; what was served before is still served.",
        },
        "reasons": breaches("", reasons), "refusal": refusal.model_dump(mode="json") if refusal and not reasons else None,
        "data_account": data_account(found), "account": tables.account(found), "expectations": tables.expectations(found),
        "docs": found.docs, "lineage": tables.lineage(found),
    }  # fmt: skip
    return plain(facts)  # type: ignore[return-value]


def _parts_of(facts: dict) -> list[tuple[str, str]]:
    """The entries of the page's navigation, in its order."""
    shown = [
        ("reasons", "Why", True),
        ("data-account", "Data account", facts["data_account"]),
        ("expectations", "Expectations", facts["expectations"]),
        ("lineage", "Lineage", True),
    ]
    return [(key, words) for key, words, wanted in shown if wanted]
