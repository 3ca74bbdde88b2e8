"""An assay as a page: how often the policy promoted noise, how often it found what was there, and how long that took."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nightshift.gates.assayed import MOST_FALSE
from nightshift.nouns.assay_record import AssayRecord, CaseResult, Estimate
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series, clean, facts_of
from nightshift.report.drawing.numbers import interval, plain, shown
from nightshift.report.pages.page import render
from nightshift.report.pages.schema_version import SCHEMA_VERSION
from nightshift.storage import addresses, fingerprints, store


def draw(record: AssayRecord) -> str:
    """The address of the page's folder; the same record gives the same page."""
    facts = _facts(record)
    key = store.fingerprint([facts, fingerprints.of(fingerprints.PAGE)])[:16]

    def fill(folder: Path) -> None:
        store.write_json(folder / "report.json", facts)
        (folder / "report.html").write_text(render("assay", facts), encoding="utf-8")

    return store.write(addresses.assay_page(record.market, key), fill)


def _facts(record: AssayRecord) -> dict:
    """Everything the page shows, as plain JSON facts."""
    noise = [case for case in record.cases if case.kind == "null"]
    found = [case for case in record.cases if case.kind == "planted" and case.level == "evidence"]
    charts = [chart for chart in (_noise(noise), _power(found), _waits(found)) if chart.series]
    facts = {
        "schema_version": SCHEMA_VERSION, "kind": "assay", "market": record.market, "title": record.market, "session": record.assayed_on,
        "policy": record.policy, "out_of_bounds": list(record.out_of_bounds), "not_asked": list(record.not_asked),
        "rows": [_row(case) for case in record.cases], "drawn": [chart.key for chart in charts],
        "charts": {chart.key: facts_of(chart) for chart in charts},
    }  # fmt: skip
    return plain(facts)  # type: ignore[return-value]


def _row(case: CaseResult) -> dict:
    return {
        "says": case.says, "served": case.served, "level": case.level, "sequences": case.sequences, "nights": case.nights,
        "effect": shown(case.effect_seen, "annual") if case.effect else "", "promoted": _cell(case.promoted, "percent1"),
        "crossed": _cell(case.crossed, "percent1"), "needless": _cell(case.needless_a_year, "annual"),
        "wait": _cell(case.wait_sessions, "count"), "undecided": _cell(case.undecided, "percent1"), "against": list(case.against[:2]),
    }  # fmt: skip


def _cell(estimate: Estimate, unit: str) -> list[str]:
    return [shown(estimate.value, unit), interval(estimate.low, estimate.high, unit)]


def _noise(cases: Sequence[CaseResult]) -> Chart:
    names = tuple(case.name + (" (line)" if case.level == "line" else "") for case in cases)
    marks = (Mark(MOST_FALSE, f"{MOST_FALSE:.0%}: out of bounds above"),)
    says = "Share of the markets that ever promote, where nothing is to be found; the upper ends decide."
    series = (_estimates("promoted", [case.promoted for case in cases], "challenger", "dots"),) if cases else ()
    return Chart("noise", "Promotions of noise", says, Axis("", labels=names), Axis("", "percent1", least=0.0, most=0.1), series, marks)


def _power(cases: Sequence[CaseResult]) -> Chart:
    says = "Share of the markets that promote what is truly better within the nights."
    return Chart(
        "power", "Found", says, _effects(cases), Axis("", "percent1", least=0.0, most=1.0), _by_opponent(cases, "promoted"), group="effect"
    )


def _waits(cases: Sequence[CaseResult]) -> Chart:
    says = "Median number of nights until it is promoted, where it is."
    return Chart(
        "waits",
        "Nights to a promotion",
        says,
        _effects(cases),
        Axis("", "count", least=0.0),
        _by_opponent(cases, "wait_sessions"),
        group="effect",
    )


def _effects(cases: Sequence[CaseResult]) -> Axis:
    return Axis("information ratio of the difference", "ratio", values=tuple(sorted({case.effect for case in cases})))


def _by_opponent(cases: Sequence[CaseResult], what: str) -> tuple[Series, ...]:
    said = ((True, "over a champion", "challenger"), (False, "before a first release", "naive"))
    groups = [(words, role, [case for case in cases if case.served is served]) for served, words, role in said]
    return tuple(
        _estimates(words, [getattr(case, what) for case in group], role, "dotted") for words, role, group in groups if group
    )  # fmt: skip


def _estimates(name: str, of: Sequence[Estimate], role: str, style: str) -> Series:
    value, low, high = (clean([getattr(one, end) for one in of]) for end in ("value", "low", "high"))
    return Series(name, value, role, style=style, low=low, high=high)
