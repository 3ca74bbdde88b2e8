"""Ticks, words and grid of a chart. Words are HTML beside the drawing, so that they keep their size on a phone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from nightshift.report.drawing.chart import Chart, Mark
from nightshift.report.drawing.numbers import format_of, shown
from nightshift.report.drawing.scale import Scale
from nightshift.report.drawing.strokes import short
from nightshift.report.drawing.ticks import round_ticks, session_ticks

NONE = Markup("")
NAMED_AT_MOST = 9  # labels of a categorical axis


def grid(chart: Chart, scale: Scale) -> Markup:
    """Lines at the ticks, at zero, and at the marks."""
    rows = "".join(f"M0 {short(scale.y(t))}H1000" for t in y_ticks(chart, scale))
    zero = Markup('<path class="zero" d="M0 {}H1000"/>').format(short(scale.y(0.0))) if scale.bottom < 0 < scale.top else NONE
    across = "".join(f"M0 {short(scale.y(m.at))}H1000" for m in chart.marks if m.to is None and m.axis == "y")
    down = "".join(f"M{short(scale.x(m.at))} 0V1000" for m in chart.marks if m.to is None and m.axis == "x")
    return Markup('<path class="grid" d="{}"/>{}<path class="mark" d="{}"/>').format(rows, zero, across + down)


def bands(marks: Sequence[Mark], scale: Scale) -> Markup:
    """Shaded stretches of the x axis."""
    spans = [(scale.x(m.at), scale.x(m.to)) for m in marks if m.to is not None]
    return NONE.join(Markup('<rect class="band" x="{}" y="0" width="{}" height="1000"/>').format(short(a), short(b - a)) for a, b in spans)


def y_labels(chart: Chart, scale: Scale) -> Markup:
    """The numbers left of the drawing."""
    ticks = y_ticks(chart, scale)
    digits = digits_for(_step(ticks), chart.y.unit)
    places = [(short(scale.y(t) / 10), shown(t, chart.y.unit, digits=digits)) for t in ticks]
    return NONE.join(Markup('<span class="ty" style="top:{}%">{}</span>').format(*place) for place in places)


def x_labels(chart: Chart, scale: Scale) -> Markup:
    """The numbers, months or names below the drawing; every other one gives way on a phone."""
    places = [(" odd" if i % 2 else "", short(at / 10), words) for i, (at, words) in enumerate(_x_ticks(chart, scale))]
    return NONE.join(Markup('<span class="tx{}" style="left:{}%">{}</span>').format(*place) for place in places)


def mark_labels(marks: Sequence[Mark], scale: Scale) -> Markup:
    """The words of the marks."""
    said = [mark for mark in marks if mark.says]
    places = [("mx", f"left:{short(scale.x(m.at) / 10)}%") if m.axis == "x" else ("my", f"top:{short(scale.y(m.at) / 10)}%") for m in said]
    return NONE.join(
        Markup('<span class="m {}" style="{}">{}</span>').format(*place, m.says) for place, m in zip(places, said, strict=True)
    )


def axis_words(chart: Chart) -> Markup:
    """What the axes measure."""
    parts = [f"{arrow} {axis.title}" for arrow, axis in (("↑", chart.y), ("→", chart.x)) if axis.title]
    return Markup('<p class="axes">{}</p>').format(Markup(" &nbsp; ").join(escape(part) for part in parts)) if parts else NONE


def y_ticks(chart: Chart, scale: Scale) -> list[float]:
    """Round numbers within the scale, fewer on a short chart."""
    return round_ticks(scale.bottom, scale.top, 3 if chart.height == "short" else 5)


def digits_for(step: float, unit: str) -> int:
    """Digits that tell neighbouring ticks apart.

    >>> digits_for(0.05, "percent"), digits_for(0.025, "ratio"), digits_for(0.001, "percent")
    (0, 3, 1)
    """
    scaled = step * format_of(unit).factor
    return next((d for d in range(5) if abs(round(scaled, d) - scaled) < 1e-9 * max(1.0, scaled)), 5)


def _x_ticks(chart: Chart, scale: Scale) -> list[tuple[float, str]]:
    if chart.x.sessions:
        return [(scale.x(chart.places[i]), words) for i, words in session_ticks(chart.x.sessions)]
    if chart.x.labels:
        every = max(1, math.ceil(len(chart.x.labels) / NAMED_AT_MOST))
        return [(scale.x(x), words) for x, words in list(zip(chart.places, chart.x.labels, strict=False))[::every]]
    ticks = [t for t in round_ticks(scale.left, scale.right, 6) if chart.x.unit != "count" or t == int(t)]
    return [(scale.x(t), shown(t, chart.x.unit, digits=digits_for(_step(ticks), chart.x.unit))) for t in ticks]


def _step(ticks: list[float]) -> float:
    return min((b - a for a, b in pairwise(ticks)), default=1.0)
