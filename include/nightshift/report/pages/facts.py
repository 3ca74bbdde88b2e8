"""A night's report as facts: what `report.json` holds and the page is drawn from."""

from __future__ import annotations

from nightshift.gates.assayed import told
from nightshift.report.drawing.chart import facts_of
from nightshift.report.drawing.numbers import plain
from nightshift.report.gather import Found
from nightshift.report.pages.schema_version import SCHEMA_VERSION
from nightshift.report.sections import months, performance, stands_on, tables, verdict
from nightshift.report.sections.data_account import data_account
from nightshift.report.sections.next_session import next_session
from nightshift.report.sections.parts import parts_and_charts
from nightshift.report.sections.roles import drawn_first
from nightshift.report.sections.skill import charts as skill
from nightshift.report.sections.skill import confusions

SKILL = ("rolling_accuracy", "calibration", "confidence", "roc", "pr")
EXPECTED = {
    "comparison": "side by side", "equity": "returns", "calibration": "calibration", "importance": "importance", "trials": "trial history",
    "windows": "walk-forward windows", "robustness": "robustness", "cost_curve": "cost curve", "drift": "drift",
    "contract": "schema contract", "data": "data account",
}  # fmt: skip


def night_facts(found: Found) -> dict:
    """Everything the report shows, as plain JSON facts; a part that was not measured is named and left out."""
    night, examination = found.night, found.examination
    parts, more = parts_and_charts(found)
    charts = {chart.key: facts_of(chart) for chart in [*stands_on.z_by_look(found), *performance.charts(found), *skill(found), *more]}
    names = drawn_first(found, list(found.evaluation.measures["test"] if found.evaluation else ()))
    facts = {
        "schema_version": SCHEMA_VERSION, "kind": "night", "title": night.market.title, "market": night.market.market,
        "session": str(night.session), "as_of": night.as_of.isoformat(), "night": night.address,
        "banner": verdict.banner(found), "checks": verdict.checks(found), "released": released(found),
        "assayed": told(night.market), "signals": next_session(found), "data_account": data_account(found),
        "comparison": tables.comparison(found), "everyone": {part: tables.comparison(found, part, names) for part in ("test", "validate")},
        "charts": charts, "months": months.months(found, examination) if examination else [],
        "worst_falls": months.falls_table(found, examination) if examination else None,
        "confusion": confusions(found), "parts": parts,
        "account": tables.account(found), "expectations": tables.expectations(found), "docs": found.docs,
        "left_out": tables.left_out(found), "training": tables.training(found), "lineage": tables.lineage(found),
    }  # fmt: skip
    return plain({**facts, "not_measured": not_measured(facts)})  # type: ignore[return-value]


def released(found: Found) -> dict:
    """The release that was made of this night, and by whose word; nothing where none was."""
    entry = found.promotion
    made = found.release.facts() if found.release else {}
    return {**made, "version": entry.version, "who": entry.who, "why": entry.why} if entry else {}


def not_measured(facts: dict) -> list[str]:
    """What a report may hold and this one does not."""
    there = {"comparison": bool(facts["comparison"]["groups"]), "data": bool(facts["account"] or facts["expectations"])}
    held = set(facts["charts"]) | {section.id for section in facts["parts"]} | {key for key, is_there in there.items() if is_there}
    return [words for key, words in EXPECTED.items() if key not in held]


def parts_of(facts: dict) -> list[tuple[str, str]]:
    """The entries of the page's navigation, in its order."""
    shown = [
        ("signals", "Signals", facts["signals"]),
        ("data-account", "Data account", facts["data_account"]),
        ("comparison", "Side by side", facts["comparison"]["groups"]),
        ("checks", "Checks", True),
        ("returns", "Returns", "equity" in facts["charts"]),
        ("skill", "Skill", facts["confusion"] or skill_charts(facts)),
        *((part["id"], part["nav"], True) for part in facts["parts"]),
        ("data", "Data", facts["account"] or facts["expectations"]),
        ("families", "Families", True),
        ("lineage", "Lineage", True),
    ]
    return [(key, words) for key, words, wanted in shown if wanted]


def skill_charts(facts: dict) -> list[str]:
    """The charts of the skill section that this night has."""
    return [key for key in SKILL if key in facts["charts"]]
