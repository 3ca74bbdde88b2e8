"""A chart as HTML: an inline SVG that stretches, and labels that do not, so that it reads on a phone and in print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from nightshift.report.drawing import axis_words, strokes
from nightshift.report.drawing.chart import Chart, Series
from nightshift.report.drawing.numbers import shown
from nightshift.report.drawing.scale import BOX, Scale, scale_of
from nightshift.report.drawing.strokes import Points

NONE = Markup("")
BEHIND_FIRST = ("reference", "candidate", "benchmark", "naive", "champion", "challenger")
KEYS = {"dots": "M13 5h.01", "bars": "M4 1h18v8h-18z"}  # how a style looks in the legend
BAR_SHARE = 0.84  # of a place's width
_NOT_IN_A_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def figure(chart: Chart) -> Markup:
    """The whole figure: caption, drawing, labels, legend, and the numbers for the read-out."""
    scale = scale_of(chart)
    placed = sorted(enumerate(chart.series), key=lambda item: BEHIND_FIRST.index(item[1].role))
    drawn = NONE.join(Markup('<g data-i="{}">{}</g>').format(i, _series(s, chart, scale)) for i, s in placed)
    inside = axis_words.bands(chart.marks, scale) + axis_words.grid(chart, scale) + drawn
    words = axis_words.y_labels(chart, scale) + axis_words.x_labels(chart, scale) + axis_words.mark_labels(chart.marks, scale)
    return Markup(
        '<figure class="chart" id="chart-{key}"><figcaption><b>{title}</b> <span>{says}</span></figcaption>'
        '<div class="plot {height}" tabindex="0" role="img" aria-label="{title}. {says}" data-group="{group}">'
        '<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true"><title>{title}</title><desc>{says}</desc>{inside}</svg>'
        '{words}</div>{axes}{legend}<script type="application/json">{numbers}</script></figure>'
    ).format(
        key=chart.key, title=chart.title, says=chart.says, height=chart.height, group=chart.group, inside=inside, words=words,
        axes=axis_words.axis_words(chart), legend=legend(chart), numbers=_numbers(chart, scale),
    )  # fmt: skip


def legend(chart: Chart) -> Markup:
    """Who is who, with the line as it is drawn and its last value; nothing for a single line."""
    entries = [(s.role, i, _kind(s, chart), KEYS.get(s.style, "M2 5h22"), s.name, _last(s, chart)) for i, s in enumerate(chart.series)]
    item = Markup(
        '<li class="{}" data-i="{}"><svg class="key" viewBox="0 0 26 10" aria-hidden="true"><path class="{}" d="{}"/></svg>{}{}</li>'
    )
    return Markup('<ul class="legend">{}</ul>').format(NONE.join(item.format(*entry) for entry in entries)) if len(entries) > 1 else NONE


def _last(series: Series, chart: Chart) -> Markup:
    known = [v for v in series.y if v is not None]
    if not chart.x.sessions or not known:
        return NONE
    return Markup(" <em>{}</em>").format(shown(known[-1], chart.y.unit, signed=chart.y.unit in {"percent", "points"} and min(known) < 0))


def _kind(series: Series, chart: Chart) -> str:
    """The classes that style a series: lines of one role differ in their dashes."""
    turn = [s.name for s in chart.series if s.role == series.role].index(series.name) % 4
    return f"s {series.role} {series.style} n{turn}"


def _series(series: Series, chart: Chart, scale: Scale) -> Markup:
    xs, kind = series.x or chart.places, _kind(series, chart)
    points: Points = [(scale.x(x), None if v is None else scale.y(v)) for x, v in zip(xs, series.y, strict=False)]
    if series.style == "bars":
        return _path(f"bar {kind}", _bars(points, series, chart, scale))
    ends = zip(xs, series.low, series.high, strict=False)
    known = [(scale.x(x), scale.y(low), scale.y(high)) for x, low, high in ends if low is not None and high is not None]
    cuts = [0, *chart.breaks, len(points)]
    stretches = [points[a:b] for a, b in pairwise(cuts)]
    filled = "".join(strokes.area(one, scale.base) for one in stretches) if series.style == "area" else ""
    path = {"dots": strokes.dots, "steps": strokes.steps}.get(series.style, strokes.line)
    over = strokes.dots(points) if series.style == "dotted" else ""
    return NONE.join((
        _path(f"fill {series.role}", filled), _path(f"whisker {series.role}", strokes.whiskers(known)),
        _path(kind, "".join(path(one) for one in stretches)), _path(f"{kind} dots", over),
    ))  # fmt: skip


def _path(kind: str, path: str) -> Markup:
    return Markup('<path class="{}" d="{}"/>').format(kind, path) if path else NONE


def _bars(points: Points, series: Series, chart: Chart, scale: Scale) -> str:
    beside = [s for s in chart.series if s.style == "bars"]
    place = scale.x(1.0) - scale.x(0.0) if chart.x.labels else BOX / max(len(chart.places), 1)
    width = BAR_SHARE * place / len(beside)
    return strokes.bars(points, scale.base, width, (beside.index(series) - len(beside) / 2) * width)


def _numbers(chart: Chart, scale: Scale) -> Markup:
    """What the read-out needs, as JSON that cannot end its script element."""
    named = list(chart.x.sessions or chart.x.labels)
    facts = {
        "x": named or None, "xu": chart.x.unit, "u": chart.y.unit, "p": _shares(chart.places, scale),
        "xv": None if named else [_rounded(x) for x in chart.places], "s": [_told(s, scale) for s in chart.series],
    }  # fmt: skip
    text = json.dumps({k: v for k, v in facts.items() if v is not None}, separators=(",", ":"))
    return Markup(text.translate(_NOT_IN_A_SCRIPT))  # noqa: S704 - nothing is left in it that could be markup


def _told(series: Series, scale: Scale) -> dict:
    own = {"p": _shares(series.x, scale), "xv": [_rounded(x) for x in series.x]} if series.x else {}
    return {"n": series.name, "r": series.role, "v": [_rounded(v) for v in series.y], **own}


def _shares(places: Sequence[float], scale: Scale) -> list[float]:
    return [round(scale.x(x) / BOX, 4) for x in places]


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
