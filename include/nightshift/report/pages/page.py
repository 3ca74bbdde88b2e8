"""Facts → one self-contained HTML page. The page is a function of the facts alone, so it can be made again from the JSON."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from nightshift.report.drawing import draw, small
from nightshift.report.drawing.chart import chart_of
from nightshift.report.drawing.numbers import formats_for_the_page, shown
from nightshift.report.drawing.words import as_line

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
ROLE_WORDS = {"challenger": "challenger", "champion": "champion", "naive": "naive rule", "benchmark": "benchmark", "candidate": "candidate"}
STATES = {"pass": "✓ holds", "fail": "✗ breaks", "unknown": "? unknown"}
WIDE = ("rolling_accuracy",)  # need the page's whole width


def render(template: str, facts: dict, **more: object) -> str:
    """A template filled with facts; text is escaped, charts are drawn."""
    charts = facts.get("charts", {})

    def drawn(key: str) -> Markup:
        return draw.figure(chart_of(charts[key])) if key in charts else Markup("")

    return _environment().get_template(f"{template}.html.jinja").render(facts=facts, drawn=drawn, wide=WIDE, **more)


@cache
def _environment() -> Environment:
    import jinja2

    loader = jinja2.FileSystemLoader(FOLDER)
    made = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    script = _text("numbers.js") + _text("hover.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    made.globals.update(
        script=Markup(script), script_hash=f"sha256-{digest}", style=Markup(_text("style.css")),  # noqa: S704 - our own files
        formats=Markup(json.dumps(formats_for_the_page())),  # noqa: S704 - our own table
        shown=shown, forest=small.forest, bar=small.bar, heat=small.heat, sessions_words=sessions_words, interval_words=interval_words,
    )  # fmt: skip
    made.filters.update(
        words=lambda role: ROLE_WORDS.get(role, role),
        state=lambda s: STATES.get(s, s),
        line=as_line,
        yaml=_yaml,
        roles=_roles,
        largest=_largest,
    )
    made.tests["drawable"] = lambda key, charts: key in charts
    return made


def sessions_words(sessions: list) -> str:
    """First, last and number of sessions as words.

    >>> sessions_words(["2026-06-01", "2026-11-19", 120])
    '2026-06-01 … 2026-11-19, 120 sessions'
    """
    return f"{sessions[0]} … {sessions[1]}, {sessions[2]} sessions" if len(sessions) == 3 else "sessions not known"


def interval_words(told: dict) -> str:
    """How the intervals were made, for the end of a sentence.

    >>> interval_words({"method": "stationary bootstrap of sessions", "replicas": 999, "block_sessions": 4.2})
    ' (stationary bootstrap of sessions, 999 replicas, blocks of 4.2 sessions on average)'
    """
    if not told["replicas"]:
        return ""
    return f" ({told['method']}, {told['replicas']} replicas, blocks of {told['block_sessions']:.1f} sessions on average)"


def _yaml(facts: object) -> str:
    import yaml

    return yaml.safe_dump(facts, sort_keys=True, allow_unicode=True, width=100)


def _roles(names: list[dict]) -> dict[str, str]:
    return {one["name"]: one["role"] for one in names}


def _largest(rows: list) -> float:
    return max((abs(v) for row in rows for v in row if v is not None), default=0.0)


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
