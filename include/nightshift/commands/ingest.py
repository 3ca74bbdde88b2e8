"""`ingest`: the market's bars into MongoDB."""

from __future__ import annotations

import datetime as dt

import click

from nightshift.commands.answers import Answer
from nightshift.commands.asked import AS_OF, FIRST, JSON, MARKET, QUIET
from nightshift.commands.command import command

URI = click.option(
    "--uri",
    envvar="NIGHTSHIFT_MONGO_URI",
    default="mongodb://127.0.0.1:27017",
    show_default=True,
    show_envvar=True,
    metavar="ADDRESS",
    help="MongoDB to write into",
)


@command(
    MARKET, AS_OF, FIRST, URI,
    click.option("--dry-run", is_flag=True, help="say what would be copied, and write nothing"),
    JSON, QUIET,
    examples=("nightshift ingest --market demo", "nightshift ingest --uri mongodb://db:27017/bars --from 2026-01-02 --dry-run"),
)  # fmt: skip
def ingest(market: str, as_of: dt.datetime, first: dt.date | None, uri: str, dry_run: bool) -> Answer:
    """Copy the market's bars into MongoDB by idempotent upserts."""
    from nightshift.data.sources.mongo_connection import redacted
    from nightshift.running import stages
    from nightshift.running.market_check import checked_market

    checked_market(market)
    if dry_run:
        since, where = f"{first or 'its first session'}", redacted(uri)
        facts = {"dry_run": True, "market": market, "as_of": as_of.isoformat(), "from": since, "uri": where}
        line = f"would copy the bars of {market} from {since}, as known at {as_of:%Y-%m-%d %H:%M} UTC, into {where}; nothing was written"
        return Answer(facts, [line])
    counts = stages.ingest(market, as_of.isoformat(), uri, first.isoformat() if first else None)
    line = f"{market}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged bars"
    return Answer(counts, [line])
