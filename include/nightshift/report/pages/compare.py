"""A page over several nights: what was decided, and how the key numbers went from night to night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from nightshift.errors import ConfigError
from nightshift.nouns.evaluation_record import Evaluation
from nightshift.nouns.measures import Measures
from nightshift.nouns.verdict_record import Verdict
from nightshift.report.drawing.chart import Axis, Chart, Series, clean, facts_of
from nightshift.report.drawing.numbers import plain, shape_of
from nightshift.report.gather import left
from nightshift.report.pages import beside
from nightshift.report.pages.page import render
from nightshift.report.pages.schema_version import SCHEMA_VERSION
from nightshift.report.sections.verdict import SIGNS, without_verdict
from nightshift.storage import addresses, fingerprints, store
from nightshift.storage.night import Night, night_of
from nightshift.storage.night_state import state_of

# What is drawn through the nights, by task; what a night did not measure is not drawn.
KEY = (
    "accuracy",
    "f1",
    "roc_auc",
    "r2",
    "information_coefficient",
    "sharpe_annual",
    "return_total_fraction",
    "drawdown_max_fraction",
)
HEADLINE = ("accuracy", "information_coefficient", "sharpe_annual")  # of these every family is shown


def compare(market: str, nights: Sequence[str], names: Sequence[str] = ()) -> Path:
    """The HTML page that compares these nights (addresses); the same nights give the same page.

    Nights with `names` are steps of one session, in the order given; without, each is called by its session, oldest first.
    """
    if not nights:
        raise ConfigError(expected=f"a night of {market} to compare", found="none yet", next_step=f"nightshift run --market {market}")
    facts = comparison_facts(market, nights, names)
    where = addresses.comparison(market, store.fingerprint([facts, fingerprints.of(fingerprints.PAGE)])[:16])

    def fill(folder: Path) -> None:
        store.write_json(folder / "report.json", facts)
        (folder / "report.html").write_text(render("compare", facts), encoding="utf-8")

    return store.path(store.write(where, fill)) / "report.html"


def comparison_facts(market: str, nights: Sequence[str], names: Sequence[str] = ()) -> dict:
    """One row a night, one small chart a metric, one column a night for families and parameters."""
    opened = [night_of(where) for where in nights]
    if not names:
        opened = sorted(opened, key=lambda night: (str(night.session), night.as_of, night.address))
    called = tuple(names) or tuple(str(night.session)[5:] for night in opened)
    evaluations = [left(night, Evaluation, "evaluation") for night in opened]
    rows = [{"name": name, **_row(night, one)} for name, night, one in zip(called, opened, evaluations, strict=True)]
    present = [m for m in KEY if any(row["measures"].get("challenger", {}).get(m) for row in rows)]
    counts = [{"decision": decision, "nights": n} for decision in SIGNS if (n := sum(row["decision"] == decision for row in rows))]
    facts = {
        "schema_version": SCHEMA_VERSION, "kind": "comparison", "market": market, "title": opened[-1].market.title,
        "session": str(opened[-1].session), "steps": bool(names),
        "families": [beside.families(evaluations, called, metric) for metric in present if metric in HEADLINE],
        "parameters": beside.parameters(opened, called, rows[-1]["challenger"]),
        "rows": rows, "metrics": [{"metric": m, "label": shape_of(m).label, "unit": shape_of(m).unit} for m in present[:5]],
        "counts": counts, "drawn": [f"metric_{m}" for m in present], "charts": {f"metric_{m}": facts_of(_chart(m, rows)) for m in present},
    }  # fmt: skip
    return plain(facts)  # type: ignore[return-value]


def _row(night: Night, evaluation: Evaluation | None) -> dict:
    verdict = left(night, Verdict, "verdict")
    decision, headline = (verdict.decision, verdict.headline) if verdict else without_verdict(state_of(night))
    challenger = (verdict and verdict.challenger) or ""
    return {
        "night": night.address, "session": str(night.session), "decision": decision, "sign": SIGNS.get(decision, "○"),
        "headline": headline, "challenger": challenger,
        "champion": (evaluation and evaluation.champion_version) or "", "version": _version(night),
        "measures": _measures(evaluation, challenger) if evaluation else {},
        "report": _link(night),
    }  # fmt: skip


def _link(night: Night) -> str:
    """From any comparison of this market to the night's own page."""
    start = addresses.comparison(night.market.market, "any")
    return f"{addresses.link(night.stage('report'), start)}/report.html" if store.exists(night.stage("report")) else ""


def _version(night: Night) -> str:
    from nightshift.storage import ledger

    entry = ledger.promotion_of(night.address)
    return entry.version if entry else ""


def _measures(evaluation: Evaluation, challenger: str) -> dict[str, dict]:
    """Measures of the test part by role: challenger, champion, and of every metric the best naive rule."""
    by_role: dict[str, Measures] = {
        "challenger": evaluation.measures_of(challenger),
        "champion": evaluation.measures_of(evaluation.champion or ""),
        "best naive": {m: best for m in KEY if (best := evaluation.best_naive(m, upward=shape_of(m).more_is_better is not False))},
    }
    return {role: {m: asdict(found[m]) for m in KEY if m in found} for role, found in by_role.items() if found}


def _chart(metric: str, rows: list[dict]) -> Chart:
    shape = shape_of(metric)
    series = []
    for role, kind in (("challenger", "challenger"), ("champion", "champion"), ("best naive", "naive")):
        found = [row["measures"].get(role, {}).get(metric) or {} for row in rows]
        values, low, high = (clean([one.get(key) for one in found]) for key in ("value", "low", "high"))
        if any(v is not None for v in values):
            series.append(
                Series(
                    role, values, kind, style="dotted", low=low if kind == "challenger" else (), high=high if kind == "challenger" else ()
                )
            )
    better = {True: "More is better.", False: "Less is better.", None: ""}[shape.more_is_better]
    return Chart(
        f"metric_{metric}",
        shape.label,
        f"Test sessions of each night. {better}".strip(),
        Axis("", labels=tuple(row["name"] for row in rows)),
        Axis("", shape.unit),
        tuple(series),
    )
