"""How objects look in a notebook: plain tables that follow its own colours; everything written is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

NOTHING = "–"


def table(names: Sequence[str], rows: Sequence[Sequence[Any]], units: Mapping[str, str], more: str = "") -> str:
    """A table with numbers on the right.

    >>> table(("who",), [("<b>",)], {})
    '<table><thead><tr><th>who</th></tr></thead><tbody><tr><td style="text-align:left">&lt;b&gt;</td></tr></tbody></table>'
    """
    head = Markup().join(Markup("<th>{}</th>").format(name) for name in names)
    body = Markup().join(_row(names, row, units) for row in rows)
    below = Markup("<p>{}</p>").format(more) if more else Markup()
    return str(Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}").format(head, body, below))


def card(title: str, facts: Mapping[str, Any]) -> str:
    """A heading, and below it a line for each fact that there is."""
    lines = Markup().join(
        Markup('<tr><th style="text-align:left">{}</th><td style="text-align:left">{}</td></tr>').format(name, value)
        for name, value in facts.items()
        if value not in (None, "")
    )
    return str(Markup("<b>{}</b><table><tbody>{}</tbody></table>").format(title, lines))


def _row(names: Sequence[str], row: Sequence[Any], units: Mapping[str, str]) -> Markup:
    cells = (_cell(value, units.get(name, "")) for name, value in zip(names, row, strict=True))
    return Markup("<tr>{}</tr>").format(Markup().join(cells))


def _cell(value: object, unit: str) -> Markup:
    side = "right" if isinstance(value, int | float) and not isinstance(value, bool) else "left"
    return Markup('<td style="text-align:{}">{}</td>').format(side, _written(value, unit))


def _written(value: object, unit: str) -> str:
    from nightshift.report.drawing.numbers import shown

    if value is None or value != value:  # noqa: PLR0124 - not a number
        return NOTHING
    if isinstance(value, float):
        return shown(value, unit) if unit else f"{value:.4g}"
    return str(value)
