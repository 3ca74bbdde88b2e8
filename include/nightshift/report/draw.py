"""A chart as HTML: an inline SVG that stretches, and labels that do not, so that it reads on a phone and in print."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from nightshift.report.chart import Chart, Mark, Series
from nightshift.report.numbers import shown
from nightshift.report.ticks import round_ticks, session_ticks, span

BOX = 1000.0  # the drawing's own units on both axes; CSS stretches them to the place there is
MOST_POINTS = 700  # drawn a line; the read-out and the JSON keep every one


class Scale:
    """From a chart's units to the box. (0, 0) is top left."""

    def __init__(self, chart: Chart) -> None:
        lines = [s for s in chart.series if s.style != "bars"]
        xs = [*chart.places, *(x for s in chart.series for x in s.x)]
        ys = [v for s in chart.series for v in (*s.y, *s.low, *s.high)] + [m.at for m in chart.marks if m.axis == "y" and m.to is None]
        floor = chart.y.least if lines or chart.y.least is not None else 0.0
        self.bottom, self.top = span(ys, floor, chart.y.most)
        edge = 0.5 if chart.x.labels or len(xs) == 1 else 0.0
        self.left = min(xs, default=0.0) - edge if chart.x.least is None else chart.x.least
        self.right = max(xs, default=1.0) + edge if chart.x.most is None else chart.x.most
        if self.right <= self.left:
            self.left, self.right = self.left - 0.5, self.left + 0.5

    def x(self, value: float) -> float:
        """Across the box."""
        return (value - self.left) / (self.right - self.left) * BOX

    def y(self, value: float) -> float:
        """Down the box."""
        return (self.top - value) / (self.top - self.bottom) * BOX


def figure(chart: Chart) -> Markup:
    """The whole figure: caption, drawing, labels, legend, and the numbers for the read-out."""
    scale = Scale(chart)
    drawn = Markup("").join(_series(s, chart, scale) for s in sorted(chart.series, key=_behind_first))
    frame = Markup('<div class="plot {}" tabindex="0" role="img" aria-label="{}" data-group="{}">').format(
        chart.height, f"{chart.title}. {chart.says}", chart.group
    )
    svg = Markup('<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true"><title>{}</title><desc>{}</desc>{}{}{}</svg>').format(
        chart.title, chart.says, _bands(chart.marks, scale), _grid(chart, scale), drawn
    )
    caption = Markup('<figcaption><b>{}</b> <span>{}</span></figcaption>').format(chart.title, chart.says)
    labels = _y_labels(chart, scale) + _x_labels(chart, scale) + _mark_labels(chart.marks, scale)
    titles = Markup('<p class="axes">{}</p>').format(_axis_words(chart)) if chart.x.title or chart.y.title else Markup("")
    return Markup('<figure class="chart" id="chart-{}">{}{}{}{}</div>{}{}{}</figure>').format(
        chart.key, caption, frame, svg, labels, titles, legend(chart), _numbers(chart, scale)
    )


def legend(chart: Chart) -> Markup:
    """Who is who, with the line as it is drawn and its last value."""
    if len(chart.series) < 2:
        return Markup("")
    items = Markup("").join(
        Markup('<li class="{}" data-i="{}"><svg class="key" viewBox="0 0 26 10" aria-hidden="true"><path class="s {}" d="{}"/></svg>{}{}</li>').format(
            s.role, i, f"{s.role} {s.style} n{_turn(s, chart)}", "M4 5h18" if s.style != "dots" else "M13 5h.01", s.name, _last(s, chart)
        )
        for i, s in enumerate(chart.series)
    )
    return Markup('<ul class="legend">{}</ul>').format(items)


def _last(series: Series, chart: Chart) -> Markup:
    known = [v for v in series.y if v is not None]
    if not chart.x.sessions or not known:
        return Markup("")
    return Markup(" <em>{}</em>").format(shown(known[-1], chart.y.unit, signed=chart.y.unit in {"percent", "points"} and min(known) < 0))


def _turn(series: Series, chart: Chart) -> int:
    """The how-many-th of its role: lines of one role differ in their dashes."""
    return [s.name for s in chart.series if s.role == series.role].index(series.name) % 4


def _behind_first(series: Series) -> int:
    order = ("reference", "candidate", "benchmark", "naive", "champion", "challenger")
    return order.index(series.role) if series.role in order else 0


def _series(series: Series, chart: Chart, scale: Scale) -> Markup:
    xs = series.x or chart.places
    kind = f"s {series.role} {series.style} n{_turn(series, chart)}"
    if series.style == "bars":
        return _bars(series, chart, scale, kind)
    points = [(scale.x(x), None if v is None else scale.y(v)) for x, v in zip(xs, series.y, strict=False)]
    drawn = Markup("")
    if series.style == "area":
        drawn += Markup('<path class="fill {}" d="{}"/>').format(series.role, _area(points, scale.y(min(max(0.0, scale.bottom), scale.top))))
    if series.low and series.high:
        drawn += Markup('<path class="whisker {}" d="{}"/>').format(series.role, _whiskers(xs, series, scale))
    path = _dots(points) if series.style == "dots" else _steps(points) if series.style == "steps" else line(points)
    return drawn + Markup('<path class="{}" d="{}"/>').format(kind, path)


def line(points: Iterable[tuple[float, float | None]]) -> str:
    """A path through the points, lifted at holes, thinned where more points than pixels would be drawn.

    >>> line([(0, 5), (1, None), (2, 7.5), (3, 8)])
    'M0 5M2 7.5L3 8'
    """
    path, down = [], False
    for x, y in thinned(list(points)):
        if y is not None:
            path.append(f"{'L' if down else 'M'}{_n(x)} {_n(y)}")
        down = y is not None
    return "".join(path)


def thinned(points: list[tuple[float, float | None]]) -> list[tuple[float, float | None]]:
    """At most `MOST_POINTS` points that keep the lowest and highest of every stretch."""
    if len(points) <= MOST_POINTS:
        return points
    size = math.ceil(len(points) / (MOST_POINTS / 2))
    kept: list[tuple[float, float | None]] = []
    for start in range(0, len(points), size):
        part = points[start : start + size]
        known = [p for p in part if p[1] is not None]
        ends = {min(known, key=lambda p: p[1]), max(known, key=lambda p: p[1])} if known else {part[0]}
        kept += sorted(ends)
    return kept


def _area(points: list[tuple[float, float | None]], base: float) -> str:
    known = [(x, y) for x, y in thinned(points) if y is not None]
    if not known:
        return ""
    inner = "".join(f"L{_n(x)} {_n(y)}" for x, y in known)
    return f"M{_n(known[0][0])} {_n(base)}{inner}L{_n(known[-1][0])} {_n(base)}Z"


def _dots(points: list[tuple[float, float | None]]) -> str:
    return "".join(f"M{_n(x)} {_n(y)}h.01" for x, y in points if y is not None)


def _steps(points: list[tuple[float, float | None]]) -> str:
    path, last = [], None
    for x, y in points:
        if y is not None:
            path.append(f"M{_n(x)} {_n(y)}" if last is None else f"H{_n(x)}V{_n(y)}")
        last = y
    return "".join(path)


def _bars(series: Series, chart: Chart, scale: Scale, kind: str) -> Markup:
    rows = [s for s in chart.series if s.style == "bars"]
    width = 0.84 * (scale.x(1.0) - scale.x(0.0)) / len(rows) if chart.x.labels else 0.84 * BOX / max(len(chart.places), 1) / len(rows)
    shift = (rows.index(series) - len(rows) / 2) * width
    base = scale.y(min(max(0.0, scale.bottom), scale.top))
    rects = (
        f"M{_n(scale.x(x) + shift)} {_n(base)}V{_n(scale.y(v))}h{_n(width)}V{_n(base)}Z" for x, v in zip(chart.places, series.y, strict=False) if v is not None
    )
    return Markup('<path class="bar {}" d="{}"/>').format(kind, "".join(rects))


def _whiskers(xs: Sequence[float], series: Series, scale: Scale) -> str:
    ends = zip(xs, series.low, series.high, strict=False)
    return "".join(f"M{_n(scale.x(x))} {_n(scale.y(low))}V{_n(scale.y(high))}" for x, low, high in ends if low is not None and high is not None)


def _grid(chart: Chart, scale: Scale) -> Markup:
    rows = "".join(f"M0 {_n(scale.y(t))}H1000" for t in round_ticks(scale.bottom, scale.top, _wanted(chart)))
    zero = Markup('<path class="zero" d="M0 {}H1000"/>').format(_n(scale.y(0.0))) if scale.bottom < 0 < scale.top else Markup("")
    across = "".join(f"M0 {_n(scale.y(m.at))}H1000" for m in chart.marks if m.to is None and m.axis == "y")
    down = "".join(f"M{_n(scale.x(m.at))} 0V1000" for m in chart.marks if m.to is None and m.axis == "x")
    return Markup('<path class="grid" d="{}"/>{}<path class="mark" d="{}"/>').format(rows, zero, across + down)


def _bands(marks: Sequence[Mark], scale: Scale) -> Markup:
    return Markup("").join(
        Markup('<rect class="band" x="{}" y="0" width="{}" height="1000"/>').format(_n(scale.x(m.at)), _n(scale.x(m.to) - scale.x(m.at)))
        for m in marks
        if m.to is not None
    )


def _y_labels(chart: Chart, scale: Scale) -> Markup:
    ticks = round_ticks(scale.bottom, scale.top, _wanted(chart))
    step = min((b - a for a, b in zip(ticks, ticks[1:], strict=False)), default=1.0)
    return Markup("").join(
        Markup('<span class="ty" style="top:{}%">{}</span>').format(_n(scale.y(t) / 10), shown(t, chart.y.unit, digits=digits_for(step, chart.y.unit)))
        for t in ticks
    )


def digits_for(step: float, unit: str) -> int:
    """Digits that tell neighbouring ticks apart.

    >>> digits_for(0.05, "percent"), digits_for(0.025, "ratio"), digits_for(0.001, "percent")
    (0, 3, 1)
    """
    scaled = step * (100.0 if unit in {"percent", "percent1", "points"} else 1.0)
    return next((d for d in range(5) if abs(round(scaled, d) - scaled) < 1e-9 * max(1.0, scaled)), 5)


def _x_labels(chart: Chart, scale: Scale) -> Markup:
    if chart.x.sessions:
        ticks: list[tuple[float, str]] = [(scale.x(chart.places[i]), words) for i, words in session_ticks(chart.x.sessions)]
    elif chart.x.labels:
        every = max(1, math.ceil(len(chart.x.labels) / 9))
        ticks = [(scale.x(x), words) for x, words in list(zip(chart.places, chart.x.labels, strict=False))[::every]]
    else:
        numbers = round_ticks(scale.left, scale.right, 6)
        step = min((b - a for a, b in zip(numbers, numbers[1:], strict=False)), default=1.0)
        ticks = [(scale.x(t), shown(t, chart.x.unit, digits=digits_for(step, chart.x.unit))) for t in numbers]
    return Markup("").join(
        Markup('<span class="tx{}" style="left:{}%">{}</span>').format(" odd" if i % 2 else "", _n(at / 10), words) for i, (at, words) in enumerate(ticks)
    )


def _mark_labels(marks: Sequence[Mark], scale: Scale) -> Markup:
    places = [("mx", f"left:{_n(scale.x(m.at) / 10)}%") if m.axis == "x" else ("my", f"top:{_n(scale.y(m.at) / 10)}%") for m in marks]
    return Markup("").join(
        Markup('<span class="m {}" style="{}">{}</span>').format(kind, place, m.says) for (kind, place), m in zip(places, marks, strict=True) if m.says
    )


def _axis_words(chart: Chart) -> Markup:
    parts = [f"{arrow} {axis.title}" for arrow, axis in (("↑", chart.y), ("→", chart.x)) if axis.title]
    return Markup(" &nbsp; ").join(escape(part) for part in parts)


def _wanted(chart: Chart) -> int:
    return 3 if chart.height == "short" else 5


def _n(value: float) -> str:
    """A coordinate in as few characters as the eye needs."""
    return f"{value:.1f}".removesuffix(".0")


def _numbers(chart: Chart, scale: Scale) -> Markup:
    """What the read-out needs, as JSON that cannot end its script element."""
    facts = {
        "x": list(chart.x.sessions or chart.x.labels) or None, "xu": chart.x.unit, "u": chart.y.unit, "p": _shares(chart.places, scale),
        "s": [{"n": s.name, "r": s.role, "v": [_short(v) for v in s.y], "p": _shares(s.x, scale) if s.x else None, "xv": [_short(x) for x in s.x] or None} for s in chart.series],
        "xv": None if chart.x.sessions or chart.x.labels else [_short(x) for x in chart.places],
        "t": [scale.bottom, scale.top],
    }  # fmt: skip
    text = json.dumps({k: v for k, v in facts.items() if v is not None}, separators=(",", ":"), ensure_ascii=True)
    return Markup('<script type="application/json">{}</script>').format(Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")))  # noqa: S704


def _shares(places: Sequence[float], scale: Scale) -> list[float]:
    return [round(scale.x(x) / BOX, 4) for x in places]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
