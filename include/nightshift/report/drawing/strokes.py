"""Points in the box → the text of SVG paths, as short as the eye allows."""

from __future__ import annotations

import math
from collections.abc import Iterable

Points = list[tuple[float, float | None]]  # None: a hole
MOST_POINTS = 700  # drawn a line; the read-out and the JSON keep every one


def line(points: Points) -> str:
    """A path through the points, lifted at holes.

    >>> line([(0, 5), (1, None), (2, 7.5), (3, 8)])
    'M0 5M2 7.5L3 8'
    """
    path, down = [], False
    for x, y in thinned(points):
        if y is not None:
            path.append(f"{'L' if down else 'M'}{short(x)} {short(y)}")
        down = y is not None
    return "".join(path)


def area(points: Points, base: float) -> str:
    """The closed shape between the points and a base line, holes left out."""
    known = [(x, y) for x, y in thinned(points) if y is not None]
    if not known:
        return ""
    inner = "".join(f"L{short(x)} {short(y)}" for x, y in known)
    return f"M{short(known[0][0])} {short(base)}{inner}L{short(known[-1][0])} {short(base)}Z"


def steps(points: Points) -> str:
    """A path that keeps its height until the next point."""
    path, down = [], False
    for x, y in points:
        if y is not None:
            path.append(f"H{short(x)}V{short(y)}" if down else f"M{short(x)} {short(y)}")
        down = y is not None
    return "".join(path)


def dots(points: Points) -> str:
    """Lines of no length: with round caps they are dots that no stretching makes oval."""
    return "".join(f"M{short(x)} {short(y)}h.01" for x, y in points if y is not None)


def whiskers(ends: Iterable[tuple[float, float, float]]) -> str:
    """One upright line a point: (x, low, high)."""
    return "".join(f"M{short(x)} {short(low)}V{short(high)}" for x, low, high in ends)


def bars(points: Points, base: float, width: float, shift: float) -> str:
    """One upright bar a point, standing on a base line."""
    return "".join(f"M{short(x + shift)} {short(base)}V{short(y)}h{short(width)}V{short(base)}Z" for x, y in points if y is not None)


def thinned(points: Points) -> Points:
    """At most about `MOST_POINTS` points that keep the lowest and highest of every stretch.

    >>> len(thinned([(float(i), float(i % 7)) for i in range(5000)])) <= MOST_POINTS
    True
    """
    if len(points) <= MOST_POINTS:
        return points
    size = math.ceil(len(points) / (MOST_POINTS / 2))
    kept: Points = []
    for start in range(0, len(points), size):
        known = [(x, y) for x, y in points[start : start + size] if y is not None]
        if known:
            kept += sorted({min(known, key=lambda p: p[1]), max(known, key=lambda p: p[1])})
        else:
            kept.append((points[start][0], None))
    return kept


def short(value: float) -> str:
    """A coordinate in as few characters as the eye needs.

    >>> short(12.04), short(12.25)
    ('12', '12.2')
    """
    return f"{value:.1f}".removesuffix(".0")
