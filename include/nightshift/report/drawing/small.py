"""Small drawings inside tables: intervals side by side, bars, and the colour of a cell in a heat table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

BLANK = Markup("")


def forest(cells: Sequence[dict], roles: dict[str, str]) -> Markup:
    """A row's values as dots with their intervals, one line a name, on one scale; nothing where there are no intervals."""
    known = [c for c in cells if c["value"] is not None]
    ends = [float(v) for c in known for v in (c["value"], c["low"], c["high"]) if v is not None]
    if len(known) < 2 or not any(c["low"] is not None for c in known) or max(ends) - min(ends) < 1e-12:
        return BLANK
    low, width = min(ends), max(ends) - min(ends)
    lines = BLANK.join(_interval(c, 12 * i + 6, low, width, roles[c["name"]]) for i, c in enumerate(known))
    height = 12 * len(known)
    words = "; ".join(f"{c['name']} {c['shown']}" for c in known)
    return Markup(
        '<svg class="forest" viewBox="0 0 100 {0}" height="{0}" preserveAspectRatio="none" role="img" aria-label="{1}">{2}</svg>'
    ).format(height, words, lines)


def _interval(cell: dict, y: float, low: float, width: float, role: str) -> Markup:
    def at(value: float) -> str:
        return f"{4 + (value - low) / width * 92:.1f}"

    whisker = BLANK
    if cell["low"] is not None and cell["high"] is not None:
        whisker = Markup('<path class="whisker {}" d="M{} {}H{}"/>').format(role, at(cell["low"]), y, at(cell["high"]))
    return whisker + Markup('<path class="s dots {}" d="M{} {}h.01"/>').format(role, at(cell["value"]), y)


def bar(value: float | None, most: float, role: str = "challenger") -> Markup:
    """A horizontal bar from zero, to the right when positive and hatched to the eye by its class when negative."""
    if value is None or most <= 0 or not math.isfinite(value):
        return BLANK
    share = min(abs(value) / most, 1.0) * 100
    return Markup(
        '<svg class="rowbar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar {}{}" width="{:.1f}" height="10"/></svg>'
    ).format(role, " minus" if value < 0 else "", share)


def heat(value: float | None, most: float) -> Markup:
    """The style of a heat cell: stronger with size; the sign is in the colour and in the number.

    >>> heat(0.05, 0.1), heat(None, 0.1)
    (Markup('--heat:var(--good);--share:24%'), Markup(''))
    """
    if value is None or most <= 0 or not math.isfinite(value):
        return BLANK
    share = 2 + min(abs(value) / most, 1.0) * 44
    return Markup("--heat:var({});--share:{}%").format("--good" if value >= 0 else "--bad", round(share))
