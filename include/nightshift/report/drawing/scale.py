"""From a chart's units to the box that its drawing is made in."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.report.drawing.chart import Chart
from nightshift.report.drawing.ticks import span

BOX = 1000.0  # the drawing's own units on both axes; CSS stretches them to the place there is


@dataclass(frozen=True)
class Scale:
    """What the edges of the box mean; (0, 0) is top left."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        """Across the box."""
        return (value - self.left) / (self.right - self.left) * BOX

    def y(self, value: float) -> float:
        """Down the box."""
        return (self.top - value) / (self.top - self.bottom) * BOX

    @property
    def base(self) -> float:
        """Where areas and bars stand: zero, or the edge nearest to it."""
        return self.y(min(max(0.0, self.bottom), self.top))


def scale_of(chart: Chart) -> Scale:
    """The scale that shows every point, whisker and level of a chart."""
    levels = [m.at for m in chart.marks if m.axis == "y" and m.to is None]
    bars_only = bool(chart.series) and all(s.style == "bars" for s in chart.series)
    floor = 0.0 if bars_only and chart.y.least is None else chart.y.least
    bottom, top = span([*(v for s in chart.series for v in (*s.y, *s.low, *s.high)), *levels], floor, chart.y.most)
    xs = [*chart.places, *(x for s in chart.series for x in s.x)]
    edge = 0.5 if chart.x.labels or len(xs) == 1 else 0.0
    left = min(xs, default=0.0) - edge if chart.x.least is None else chart.x.least
    right = max(xs, default=1.0) + edge if chart.x.most is None else chart.x.most
    return Scale(left, right, bottom, top) if right > left else Scale(left - 0.5, left + 0.5, bottom, top)
