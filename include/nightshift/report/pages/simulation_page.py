"""A simulation as a page: what the policies earned, what was served when, and which promotions were wrong."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

from nightshift.nouns.simulation_record import PolicyLife, Promoted, SimulationRecord
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series, clean, facts_of
from nightshift.report.drawing.numbers import interval, plain, shown
from nightshift.report.lines.simulation_words import GATE, answer, cell, outcomes, told_apart
from nightshift.report.pages.page import render
from nightshift.report.pages.schema_version import SCHEMA_VERSION
from nightshift.storage import addresses, fingerprints, store

ROLES = {GATE: "challenger", "never": "champion", "buy_and_hold": "benchmark"}  # the others are candidates
MARKED_AT_MOST = 12  # promotions whose words still fit on a chart


def draw(record: SimulationRecord) -> str:
    """The address of the page's folder; the same record gives the same page."""
    facts = _facts(record)
    key = store.fingerprint([facts, fingerprints.of(fingerprints.PAGE)])[:16]

    def fill(folder: Path) -> None:
        store.write_json(folder / "report.json", facts)
        (folder / "report.html").write_text(render("simulation", facts), encoding="utf-8")

    return store.write(addresses.simulation_page(record.market, key), fill)


def _facts(record: SimulationRecord) -> dict:
    """Everything the page shows, as plain JSON facts."""
    charts = [_growth(record), _ages(record)]
    facts = {
        "schema_version": SCHEMA_VERSION, "kind": "simulation", "market": record.market, "title": record.market, "session": record.last,
        "first": record.first, "policy": record.policy, "answer": answer(record), "told_apart": told_apart(record),
        "outcomes": outcomes(record), "nights": len(record.nights), "symbols": record.symbols, "families": list(record.families),
        "every_sessions": record.every_sessions, "first_release_nights": record.first_release_nights,
        "replicas": record.replicas, "block_sessions": record.block_sessions, "rows": [_row(life) for life in record.policies],
        "promoted": [_promotion(record, one) for one in record.promoted if one.policy == GATE],
        "cannot_say": list(record.cannot_say), "drawn": [chart.key for chart in charts],
        "charts": {chart.key: facts_of(chart) for chart in charts},
    }  # fmt: skip
    return plain(facts)  # type: ignore[return-value]


def _row(life: PolicyLife) -> dict:
    share = cell(life.wrong_fraction, "percent1") if life.judged else ()
    return {
        "name": life.name, "says": life.says, "role": ROLES.get(life.name, "candidate"),
        "earned": cell(life.return_annual_fraction, "percent", signed=True), "sharpe": cell(life.sharpe_annual, "annual", signed=True),
        "drawdown": cell(life.drawdown_max_fraction, "percent1"), "promotions": life.promotions,
        "wrong": (f"{life.wrong} of {life.judged}" if life.judged else "–", " · ".join(one for one in share if one)),
        "brought": cell(life.swaps_brought_annual, "percent", signed=True), "lead": cell(life.gate_lead_annual, "annual", signed=True),
    }  # fmt: skip


def _promotion(record: SimulationRecord, one: Promoted) -> dict:
    """A promotion of the gate; right or wrong only where the whole interval says so."""
    version = next(night.version for night in record.nights if night.session == one.session)
    certain = one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)
    state = "unknown" if not certain else "fail" if one.is_wrong else "pass"
    return {
        "session": one.session, "version": version, "family": one.family, "replaced": one.replaced or "cash", "sessions": one.sessions,
        "gain": shown(one.gain_fraction, "percent", signed=True), "interval": interval(one.low, one.high, "percent"),
        "is_wrong": one.is_wrong, "state": state,
    }  # fmt: skip


def _growth(record: SimulationRecord) -> Chart:
    says = "One unit of money under every policy, net of costs; lines across mark what the gate promoted."
    series = tuple(Series(life.name, _worth(life), ROLES.get(life.name, "candidate")) for life in record.policies)
    days = (record.first, *record.sessions)
    place = {day: float(number) for number, day in enumerate(days)}
    swaps = [one for one in record.promoted if one.policy == GATE]
    versions = {night.session: night.version for night in record.nights}
    few = len(swaps) <= MARKED_AT_MOST
    marks = tuple(Mark(place[one.session], versions[one.session] if few else "", axis="x") for one in swaps)
    return Chart("growth", "What was earned", says, Axis("", sessions=days), Axis("", "ratio"), series, marks, group="sessions")


def _worth(life: PolicyLife) -> tuple[float | None, ...]:
    return clean(accumulate(life.net_returns, lambda worth, net: worth * (1.0 + net), initial=1.0))


def _ages(record: SimulationRecord) -> Chart:
    says = "Sessions since the night that fitted what is served; a line that falls to one is a promotion, a hole is cash."
    place = {day: number for number, day in enumerate((record.first, *record.sessions))}
    series = tuple(
        Series(
            life.name,
            clean([place[day] - place[fit] if fit else None for day, fit in zip(record.sessions, life.served, strict=True)]),
            ROLES.get(life.name, "candidate"), style="steps",
        )
        for life in record.policies if any(life.served) and life.name != "always"
    )  # fmt: skip
    return Chart("ages", "What was live", says, Axis("", sessions=record.sessions), Axis("", "count", least=0.0), series, group="ages")
