"""`retract`: a version that never serves again."""

from __future__ import annotations

import click

from nightshift.commands.answers import Answer
from nightshift.commands.asked import DRY_RUN, JSON, MARKET, VERSION, WHO
from nightshift.commands.command import command


@command(
    MARKET, DRY_RUN, WHO, JSON,
    click.argument("version", type=VERSION),
    click.option("--why", required=True, help="kept in the ledger, and shown wherever the version is"),
    examples=(
        "nightshift retract 1.0.3 --why 'it learned from a split that was none'",
        "nightshift retract 1.0.3 --why 'wrong bars' --market us_stocks --dry-run",
    ),
)  # fmt: skip
def retract(market: str, dry_run: bool, version: str, who: str, why: str) -> Answer:
    """Mark a version as never to serve again; where it is live, the version before it serves at once.

    Its signals are withdrawn. Nothing brings it back: no rollback, no promotion, no force.
    """
    from nightshift import release
    from nightshift.config import load_market
    from nightshift.running import stages

    load_market(market)
    if dry_run:
        is_live, after = release.would_retract(market, version)
        facts = {"version": version, "live": is_live, "serves": after, "why": why, "dry_run": True}
        then = "would serve" if is_live else "goes on to serve"
        return Answer(facts, [f"{version} would never serve again; {market} {then} {after or 'nothing'}; nothing was changed"])
    done = stages.retract(market, version, who=who, why=why)
    facts = {"version": version, "live": done.was_live, "serves": done.serves, "at": done.entry.at}
    lines = [
        f"{version} never serves again",
        f"{market} serves {done.serves or 'nothing'}",
        f"next      nightshift history --market {market}",
    ]
    return Answer(facts, lines)
