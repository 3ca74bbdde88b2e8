"""A chart as a picture in a mail: mail programs show neither SVG nor scripts."""

from __future__ import annotations

import io
import math

from nightshift.report.drawing.chart import Chart, Series
from nightshift.report.mail.writing import Picture

_WIDE_INCHES, _HIGH_INCHES, _DOTS = 6.4, 2.6, 110
_COLOURS = {"challenger": "#2458c5", "candidate": "#9aa7b4", "benchmark": "#c98a00"}
_MOST_TICKS = 6


def drawn(chart: Chart) -> Picture:
    """The chart as PNG, and its title with where each line ends for whoever does not see it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDE_INCHES, _HIGH_INCHES), dpi=_DOTS, layout="constrained")
    axes = figure.add_subplot()
    for one in chart.series:
        style = {"linestyle": "", "marker": "o", "markersize": 3} if one.style == "dots" else {"linewidth": 1.8}
        axes.plot(
            chart.places, [math.nan if y is None else y for y in one.y], label=one.name, color=_COLOURS.get(one.role, "#555555"), **style
        )
    for mark in chart.marks:
        axes.axhline(mark.at, color="#d8453e", linestyle="--", linewidth=1.2, label=mark.says)
    every = max(1, len(chart.x.sessions) // _MOST_TICKS)
    axes.set_xticks(chart.places[::every], chart.x.sessions[::every], fontsize=7)
    if chart.y.unit == "percent":
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.1%}")
    axes.set_title(chart.title, fontsize=10, loc="left")
    axes.tick_params(axis="y", labelsize=7)
    axes.grid(visible=True, alpha=0.25)
    axes.legend(fontsize=7, frameon=False)
    file = io.BytesIO()
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})
    return Picture(chart.key, f"{chart.title}: {'; '.join(_end(one, chart.y.unit) for one in chart.series)}", file.getvalue())


def _end(one: Series, unit: str) -> str:
    known = [y for y in one.y if y is not None]
    last = (f"{known[-1]:.1%}" if unit == "percent" else f"{known[-1]:.3g}") if known else "nothing"
    return f"{one.name} {last}"
