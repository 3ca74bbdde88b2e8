"""How right the scores were, as charts: rolling accuracy, calibration, accuracy by confidence, ROC, precision–recall, confusion."""

from __future__ import annotations

from nightshift.report.drawing.chart import Axis, Chart, Mark, Series, clean
from nightshift.report.gather import Found
from nightshift.report.sections.roles import drawn_first, role_of

HALF = 0.5  # what a coin reaches


def charts(found: Found) -> list[Chart]:
    """Every skill chart that the evaluation has numbers for."""
    drawn = found.examination
    made = (rolling_accuracy(found, drawn), calibration(found, drawn), confidence(found, drawn), *curves(found, drawn))
    return [chart for chart in made if chart is not None and any(v is not None for s in chart.series for v in s.y)]


def rolling_accuracy(found: Found, drawn: dict) -> Chart | None:
    """Share of right calls over the last sessions, through both parts."""
    parts = [drawn.get("rolling_accuracy", {}).get(part) for part in ("validate", "test")]
    known = [part for part in parts if part]
    if not known:
        return None
    sessions = tuple(session for part in known for session in part["sessions"])
    names = _measured_names(found, known[-1]["of"])
    lines = {name: [v for part in known for v in part["of"].get(name) or [None] * len(part["sessions"])] for name in names[:4]}
    start = len(known[0]["sessions"])
    marks = (Mark(0.0, "validation", to=float(start), axis="x"), Mark(float(start), "test: judged", axis="x")) if len(known) > 1 else ()
    says = f"Share of right calls over the last {known[-1].get('window', '?')} sessions, all symbols together."
    series = tuple(Series(name, clean(values), role_of(found, name)) for name, values in lines.items())
    return Chart(
        "rolling_accuracy",
        "Rolling accuracy",
        says,
        Axis(sessions=sessions),
        Axis(unit="percent"),
        series,
        (*marks, Mark(HALF, "")),
        "normal",
        "sessions",
    )


def calibration(found: Found, drawn: dict) -> Chart | None:
    """Mean score against what came, in equally filled bins."""
    bins = {
        name: rows
        for name, rows in drawn.get("calibration", {}).items()
        if rows and role_of(found, name) in {"challenger", "champion", "candidate"}
    }
    if not bins:
        return None
    rows = [row for points in bins.values() for row in points]
    ends = (min(min(r["mean_score"], r["mean_label"]) for r in rows), max(max(r["mean_score"], r["mean_label"]) for r in rows))
    classified = found.night.market.label.task == "classification"
    titles = ("mean score", "share that went up") if classified else ("mean expected return", "mean return that came")
    series = [Series("perfect", ends, "reference", x=ends)]
    for name in _measured_names(found, bins)[:3]:
        points = bins[name]
        series.append(
            Series(name, clean([r["mean_label"] for r in points]), role_of(found, name), tuple(r["mean_score"] for r in points), "dotted")
        )
    says = "On the dashed line, scores mean what they say. Each dot holds the same number of predictions."
    return Chart("calibration", "Calibration", says, Axis(titles[0], "percent"), Axis(titles[1], "percent"), tuple(series), height="square")


def confidence(found: Found, drawn: dict) -> Chart | None:
    """Accuracy in fifths of distance from the threshold."""
    bins = {name: rows for name, rows in drawn.get("confidence", {}).items() if rows}
    names = [name for name in _measured_names(found, bins) if role_of(found, name) != "naive"][:3]
    if not names:
        return None
    length = max(len(bins[name]) for name in names)
    labels = tuple("least" if i == 0 else "most" if i == length - 1 else str(i + 1) for i in range(length))
    series = tuple(Series(name, clean([row["accuracy"] for row in bins[name]]), role_of(found, name), style="dotted") for name in names)
    says = "Predictions in equal groups by distance from the threshold: a model that knows when it knows rises to the right."
    x, y = Axis("confidence", labels=labels), Axis("accuracy", "percent")
    return Chart("confidence", "Accuracy by confidence", says, x, y, series, (Mark(HALF, "chance"),), "square")


def curves(found: Found, drawn: dict) -> list[Chart | None]:
    """ROC and precision–recall."""
    ends = (0.0, 1.0)
    diagonal = Series("chance", ends, "reference", x=ends)
    roc = _curve(
        found,
        drawn.get("roc", {}),
        ("roc", "ROC", "Alarms that were right against alarms that were false, from the highest score down."),
        ("false_up", "true_up"),
        (diagonal,),
    )
    pr = _curve(
        found,
        drawn.get("pr", {}),
        ("pr", "Precision and recall", "How right the calls for up are at each share of ups found."),
        ("recall", "precision"),
        (),
    )
    return [roc, pr]


def _curve(found: Found, points: dict, words: tuple[str, str, str], keys: tuple[str, str], more: tuple[Series, ...]) -> Chart | None:
    names = [n for n in _measured_names(found, points) if points[n] and role_of(found, n) != "naive"]
    if not names:
        return None
    series = tuple(Series(n, clean(points[n][keys[1]]), role_of(found, n), tuple(points[n][keys[0]])) for n in names)
    across, up = (Axis(key.replace("_", " "), "percent", least=0.0, most=1.0) for key in keys)
    return Chart(words[0], words[1], words[2], across, up, (*more, *series), height="square")


def confusions(found: Found) -> list[dict]:
    """The four counts of challenger and champion, by what happened."""
    counted = found.examination.get("confusion", {})
    names = [name for name in _measured_names(found, counted) if role_of(found, name) in {"challenger", "champion"}]
    return [_confusion(name, role_of(found, name), counted[name]) for name in names]


def _confusion(name: str, role: str, counts: dict) -> dict:
    rows = []
    for label, right, wrong in (("up", "true_up", "false_down"), ("down", "true_down", "false_up")):
        whole = counts[right] + counts[wrong]
        cells = [
            {"predicted": predicted, "rows": counts[key], "share": counts[key] / whole if whole else None,
             "signed_share": None if not whole else (1 if key == right else -1) * counts[key] / whole}
            for predicted, key in (("up", right if label == "up" else wrong), ("down", wrong if label == "up" else right))
        ]  # fmt: skip
        rows.append({"label": label, "cells": cells})
    total = sum(counts.values())
    return {
        "name": name,
        "role": role,
        "labels": ["down", "up"],
        "rows": rows,
        "note": "" if total else "not enough evidence: 0 of 1 predictions",
    }


def _measured_names(found: Found, of: dict) -> list[str]:
    return [name for name in drawn_first(found, list(of)) if of[name]]
