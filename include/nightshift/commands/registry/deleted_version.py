"""`versions delete`: a version's bytes go; its lines in the ledger stay."""

from __future__ import annotations

import click

from nightshift.commands.answers import Answer
from nightshift.commands.asked import JSON, MARKET, WHO, now
from nightshift.commands.command import command
from nightshift.commands.registry.asked_version import RELEASED


@command(
    MARKET,
    click.argument("version", type=RELEASED, metavar="VERSION"),
    click.option("--dry-run", is_flag=True, help="say what would go, and remove nothing"),
    click.option("--why", default="", help="kept beside the releases"),
    WHO, JSON,
    examples=("nightshift versions delete 1.0.0 --dry-run", "nightshift versions delete 1.0.0 --who ann --why 'the disk is full'"),
)  # fmt: skip
def delete(market: str, version: str, dry_run: bool, why: str, who: str) -> Answer:
    """Delete a version: its folder and its MLflow version; the ledger keeps its lines, and its number is never given again.

    What is live, what a rollback would serve and what was retracted stay. Its records stay too, without the model.
    """
    from nightshift.config import load_market
    from nightshift.release import registry
    from nightshift.running import released_versions

    load_market(market)
    if dry_run:
        planned, noted = registry.deletion(market, version), ""
    else:
        planned, noted = released_versions.delete(market, version, who, why, now())
    facts = {
        "market": market, "version": version, "dry_run": dry_run, "folder": str(planned.folder), "files": planned.n_files,
        "bytes": planned.n_bytes, "manifest_sha256": planned.manifest_sha256, "note": noted,
    }  # fmt: skip
    said = "would go; nothing was changed" if dry_run else "are gone; the ledger keeps its lines"
    line = f"{market} {version}: {planned.n_files} files, {planned.n_bytes:,} bytes, every one as it was sealed, {said}"
    return Answer(facts, [line, f"folder    {planned.folder}", *([noted] if noted else [])])
