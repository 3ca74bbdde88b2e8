"""How right the scores were, as charts: rolling accuracy, calibration, accuracy by confidence, ROC, precision–recall, confusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nightshift.nouns.drawn_curves import Confusion, Outcome, Points
from nightshift.nouns.evaluation_record import PARTS
from nightshift.nouns.examination import Examination
from nightshift.report.drawing.chart import Axis, Chart, Mark, Series
from nightshift.report.gather import Found
from nightshift.report.sections.performance import part_marks
from nightshift.report.sections.roles import drawn_first, role_of

HALF = 0.5  # what a coin reaches


def charts(found: Found) -> list[Chart]:
    """Every skill chart that the examination has numbers for."""
    if found.examination is None:
        return []
    asked = found.examination
    made = (rolling_accuracy(found, asked), calibration(found, asked), confidence(found, asked), roc(found, asked), precision(found, asked))
    return [chart for chart in made if chart is not None and any(v is not None for s in chart.series for v in s.y)]


def rolling_accuracy(found: Found, asked: Examination) -> Chart:
    """Share of right calls over the last sessions, through both parts."""
    stretches = [asked.over_sessions[part] for part in PARTS]
    names = drawn_first(found, list(stretches[-1].accuracy))[:4]
    lines = {name: tuple(v for one in stretches for v in one.accuracy[name]) for name in names}
    says = f"Share of right calls over the last {stretches[-1].accuracy_sessions} sessions, all symbols together."
    series = tuple(Series(name, values, role_of(found, name)) for name, values in lines.items())
    x = Axis(sessions=tuple(session for one in stretches for session in one.sessions))
    marks = (*part_marks(len(stretches[0].sessions)), Mark(HALF, ""))
    return Chart("rolling_accuracy", "Rolling accuracy", says, x, Axis(unit="percent"), series, marks, "normal", "sessions")


def calibration(found: Found, asked: Examination) -> Chart | None:
    """Mean score against what came, in equally filled bins."""
    learned = {"challenger", "champion", "candidate"}
    bins = {name: rows for name, rows in asked.calibration.items() if rows and role_of(found, name) in learned}
    if not bins:
        return None
    every = [value for rows in bins.values() for row in rows for value in (row.mean_score, row.mean_label)]
    ends = (min(every), max(every))
    classified = found.night.market.label.task == "classification"
    titles = ("mean score", "share that went up") if classified else ("mean expected return", "mean return that came")
    dotted = tuple(
        Series(name, tuple(r.mean_label for r in bins[name]), role_of(found, name), tuple(r.mean_score for r in bins[name]), "dotted")
        for name in drawn_first(found, list(bins))[:3]
    )
    says = "On the dashed line, scores mean what they say. Each dot holds the same number of predictions."
    across, up = (Axis(title, "percent") for title in titles)
    return Chart("calibration", "Calibration", says, across, up, (Series("perfect", ends, "reference", x=ends), *dotted), height="square")


def confidence(found: Found, asked: Examination) -> Chart | None:
    """Accuracy in fifths of distance from the threshold."""
    bins = {name: rows for name, rows in asked.confidence.items() if rows}
    names = [name for name in drawn_first(found, list(bins)) if role_of(found, name) != "naive"][:3]
    if not names:
        return None
    length = max(len(bins[name]) for name in names)
    labels = tuple("least" if i == 0 else "most" if i == length - 1 else str(i + 1) for i in range(length))
    series = tuple(Series(name, tuple(row.accuracy for row in bins[name]), role_of(found, name), style="dotted") for name in names)
    says = "Predictions in equal groups by distance from the threshold: a model that knows when it knows rises to the right."
    x, y = Axis("confidence", labels=labels), Axis("accuracy", "percent")
    return Chart("confidence", "Accuracy by confidence", says, x, y, series, (Mark(HALF, "chance"),), "square")


def roc(found: Found, asked: Examination) -> Chart | None:
    """True against false alarms, and the diagonal of chance."""
    points = {name: (curve.false_up, curve.true_up) for name, curve in asked.roc.items()}
    says, ends = "Alarms that were right against alarms that were false, from the highest score down.", (0.0, 1.0)
    shape = Chart(
        "roc", "ROC", says, _share("false up"), _share("true up"), (Series("chance", ends, "reference", x=ends),), height="square"
    )
    return _with_curves(found, shape, points)


def precision(found: Found, asked: Examination) -> Chart | None:
    """Precision at each recall."""
    points = {name: (curve.recall, curve.precision) for name, curve in asked.pr.items()}
    says = "How right the calls for up are at each share of ups found."
    shape = Chart("pr", "Precision and recall", says, _share("recall"), _share("precision"), (), height="square")
    return _with_curves(found, shape, points)


def _share(title: str) -> Axis:
    return Axis(title, "percent", least=0.0, most=1.0)


def _with_curves(found: Found, shape: Chart, points: Mapping[str, tuple[Points, Points]]) -> Chart | None:
    names = [name for name in drawn_first(found, list(points)) if role_of(found, name) != "naive"]
    series = tuple(Series(name, points[name][1], role_of(found, name), points[name][0]) for name in names)
    return replace(shape, series=(*shape.series, *series)) if series else None


def confusions(found: Found) -> list[dict]:
    """The four counts of challenger and champion, by what happened."""
    counted = found.examination.confusion if found.examination else {}
    names = [name for name in drawn_first(found, list(counted)) if role_of(found, name) in {"challenger", "champion"}]
    return [_confusion(name, role_of(found, name), counted[name]) for name in names]


def _confusion(name: str, role: str, counts: Confusion) -> dict:
    outcomes: tuple[Outcome, Outcome] = ("up", "down")
    return {
        "name": name,
        "role": role,
        "labels": ["down", "up"],
        "rows": [{"label": came, "cells": [_cell(counts, called, came) for called in outcomes]} for came in outcomes],
        "note": "" if any(counts.came(outcome) for outcome in outcomes) else "not enough evidence: 0 of 1 predictions",
    }


def _cell(counts: Confusion, called: Outcome, came: Outcome) -> dict:
    share = counts.share(called, came)
    signed = share if called == came or share is None else -share
    return {"predicted": called, "rows": counts.rows(called, came), "share": share, "signed_share": signed}
