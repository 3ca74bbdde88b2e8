"""`versions note`: a remark beside a version's generated changelog."""

from __future__ import annotations

import click

from nightshift.commands.answers import Answer
from nightshift.commands.asked import JSON, MARKET, WHO, now
from nightshift.commands.command import command
from nightshift.commands.registry.asked_version import RELEASED


@command(
    MARKET,
    click.argument("version", type=RELEASED, metavar="VERSION"),
    click.option("--text", required=True, help="what to add"),
    WHO, JSON,
    examples=("nightshift versions note 1.0.1 --text 'the vendor mended its splits' --who ann",),
)  # fmt: skip
def note(market: str, version: str, text: str, who: str) -> Answer:
    """Add a remark to a version's changelog; what was generated, and earlier remarks, stay."""
    from nightshift.config import load_market
    from nightshift.running import released_versions

    load_market(market)
    written = released_versions.note(market, version, text, who, now())
    return Answer(
        written.facts(), [f"{market} {version}  {written.line}", f"next      nightshift versions show {version} --market {market}"]
    )
