"""`retract`: a version that never serves again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import Answer, folded
from nightshift.commands.asked import DRY_RUN, JSON, MARKET, WHO
from nightshift.commands.command import command
from nightshift.commands.registry.asked_version import RELEASED

if TYPE_CHECKING:
    from nightshift.release import Retracted, Retraction


@command(
    MARKET, DRY_RUN, WHO, JSON,
    click.argument("version", type=RELEASED),
    click.option("--why", required=True, help="kept in the ledger, and shown wherever the version is"),
    examples=(
        "nightshift retract 1.0.3 --why 'it learned from a split that was none'",
        "nightshift retract 1.0.3 --why 'wrong bars' --market us_stocks --dry-run",
    ),
)  # fmt: skip
def retract(market: str, dry_run: bool, version: str, who: str, why: str) -> Answer:
    """Mark a version as never to serve again; where it is live, the newest whole version before it serves at once.

    Its signals are withdrawn. Nothing brings it back: no rollback, no promotion, no force. What was cut off of a retraction is
    finished by the same command.
    """
    from nightshift import release
    from nightshift.config import load_market
    from nightshift.running import stages

    chosen = load_market(market)
    if dry_run:
        planned = release.would_retract(chosen, version, who, why)
        return _told(market, version, planned, {"why": planned.gone.why, "dry_run": True}, "nothing was changed")
    done = stages.retract(market, version, who=who, why=why)
    return _told(market, version, done, {"at": done.entry.at}, _next(market, done.serves))


def _next(market: str, serves: str | None) -> str:
    if serves:
        return f"next      nightshift history --market {market}"
    return f"next      nightshift run --market {market}; or nightshift rollback --market {market} --to VERSION, of one that is whole"


def _told(market: str, version: str, retracted: Retraction | Retracted, more: dict[str, object], last: str) -> Answer:
    would = "dry_run" in more
    over = [f"{one.version} {'would be' if would else 'was'} passed over: {one.why}" for one in retracted.passed_over]
    facts = {
        "version": version, "live": retracted.was_live, "serves": retracted.serves, "cut_off": retracted.was_cut_off,
        "passed_over": {one.version: one.why for one in retracted.passed_over}, **more,
    }  # fmt: skip
    lines = [_gone(market, version, retracted, would), f"{market} {_serves(retracted, would)}", *over, last]
    return Answer(facts, [part for line in lines for part in folded(line, indent=2)])


def _gone(market: str, version: str, retracted: Retraction | Retracted, would: bool) -> str:
    from nightshift.report.lines.taken_back import retractions
    from nightshift.storage import ledger

    if retracted.was_cut_off:
        follows = "would be done now" if would else "is done now"
        return f"{version} was retracted {retractions(ledger.entries(market))[version]}; what had not followed from it {follows}"
    return f"{version} would never serve again" if would else f"{version} never serves again"


def _serves(retracted: Retraction | Retracted, would: bool) -> str:
    serve, go = ("would serve", "would go") if would else ("serves", "goes")
    if not retracted.was_live:
        return f"{go} on to serve {retracted.serves or 'nothing'}"
    return f"{serve} {retracted.serves} again instead" if retracted.serves else f"{serve} nothing; its next night is judged as a first one"
