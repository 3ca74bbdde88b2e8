"""A chart as data: what the JSON holds and what the drawing is made from, so that the two cannot differ."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass

Number = float | None


@dataclass(frozen=True)
class Series:
    """One line, row of bars or cloud of dots; `None` is a hole."""

    name: str
    y: tuple[Number, ...]
    role: str = "candidate"  # whose it is decides its colour, weight and dash; never the order in which it came
    x: tuple[float, ...] = ()  # empty: the chart's own axis
    style: str = "line"  # line | dots | dotted (both) | steps | area | bars
    low: tuple[Number, ...] = ()
    high: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Axis:
    """What an axis measures; `sessions` holds ISO dates when it is a calendar."""

    title: str = ""
    unit: str = "ratio"
    sessions: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()  # names of the places on a categorical axis
    least: Number = None  # the axis reaches at least from here …
    most: Number = None  # … to here


@dataclass(frozen=True)
class Mark:
    """A line across the chart (`at` on one axis) or a band (`to` too) with its words."""

    at: float
    says: str = ""
    to: Number = None
    axis: str = "y"


@dataclass(frozen=True)
class Chart:
    """One picture: title, a sentence that says what it shows, axes, series, marks."""

    key: str
    title: str
    says: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()
    height: str = "normal"  # normal | short | square
    group: str = ""  # charts of one group share their crosshair
    breaks: tuple[int, ...] = ()  # points before which every line is lifted: another part begins there

    @property
    def places(self) -> tuple[float, ...]:
        """Where the points lie on the x axis, in its own units."""
        length = len(self.x.sessions) or len(self.x.labels)
        return self.x.values or tuple(float(i) for i in range(length))


def facts_of(chart: Chart) -> dict:
    """The chart as plain facts, empty parts left out."""
    return _kept(asdict(chart))  # type: ignore[return-value]


def chart_of(facts: dict) -> Chart:
    """The chart that `facts_of` wrote down (or JSON gave back)."""
    axes = {name: Axis(**_tuples(facts.get(name, {}))) for name in ("x", "y")}
    series = tuple(Series(**_tuples(one)) for one in facts.get("series", ()))
    marks = tuple(Mark(**one) for one in facts.get("marks", ()))
    return Chart(**{**_tuples(facts), **axes, "series": series, "marks": marks})


def clean(values: Iterable) -> tuple[Number, ...]:
    """Numbers as a chart keeps them: floats, and None for what is not a finite number.

    >>> clean([1, float("nan"), None, "x"])
    (1.0, None, None, None)
    """
    return tuple(
        float(v) if isinstance(v, int | float) and math.isfinite(v) else None for v in (getattr(u, "item", lambda u=u: u)() for u in values)
    )


def _kept(facts: object) -> object:
    if isinstance(facts, dict):
        return {k: _kept(v) for k, v in facts.items() if v is not None and v not in ("", (), [])}
    return [_kept(v) for v in facts] if isinstance(facts, tuple | list) else facts


def _tuples(facts: dict) -> dict:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}
