"""A market file out of a template: the blocks that a folder decides are swapped, every other line stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from nightshift.project import PROJECT

_KEY = re.compile(r"^([a-z_]+):", re.MULTILINE)
_OF_CALENDAR = {
    "us": "XNYS XNAS XASE ARCX BATS NYSE NASDAQ", "india": "XBOM XNSE BSE NSE",
    "vietnam": "XSTC XHNX HSTC HOSE HNX UPCOM", "crypto": "24/7",
}  # fmt: skip
TEMPLATES = {calendar: template for template, calendars in _OF_CALENDAR.items() for calendar in calendars.split()}


def template_of(calendar: str) -> str:
    """Which template is written for markets of this calendar.

    >>> template_of("XNAS"), template_of("XLON")
    ('us', 'other')
    """
    return TEMPLATES.get(calendar, "other")


def template_file(name: str) -> Path:
    """Where a template lies; it is a market file of its own."""
    return PROJECT / "include" / "markets" / "templates" / f"{name}.yaml"


def swapped(template: str, head: str, blocks: Mapping[str, str], lines: Mapping[str, str]) -> str:
    """The template with another head, with these top-level blocks, and with these lines inside the others.

    >>> print(
    ...     swapped(
    ...         "# old\\nmarket: us\\ncosts:\\n  style: long_flat\\n  currency: USD  # money\\n",
    ...         "# new\\n",
    ...         {"market": "market: mine\\n"},
    ...         {"currency": "  currency: GBP"},
    ...     ),
    ...     end="",
    ... )
    # new
    market: mine
    costs:
      style: long_flat
      currency: GBP
    """
    starts = [found.start() for found in _KEY.finditer(template)]
    parts = [template[a:b] for a, b in zip(starts, [*starts[1:], len(template)], strict=True)]
    named = {part.split(":", 1)[0]: part for part in parts}
    text = head + "".join(blocks.get(name, part) for name, part in named.items())
    for key, line in lines.items():
        text = re.sub(rf"^ +{key}:.*$", line.replace("\\", r"\\"), text, count=1, flags=re.MULTILINE)
    return text
