"""`status` and `rollback`: what is served, and going back."""

from __future__ import annotations

import datetime as dt

import click

from nightshift.commands import budget_left, nights, summary
from nightshift.commands.answers import Answer, folded, table
from nightshift.commands.asked import DRY_RUN, JSON, MARKET, ONE_OR_ALL, WHO, instant, now
from nightshift.commands.command import command
from nightshift.commands.registry.asked_version import released
from nightshift.commands.values import Known
from nightshift.errors import EXIT_SUCCESS, ConfigError, Damaged

TO = Known("version", lambda market: ("previous", *released(market)))


@command(
    ONE_OR_ALL,
    instant("--as-of", "what was served"),
    JSON,
    examples=("nightshift status", "nightshift status --market demo --json", "nightshift status --as-of 2026-11-20"),
)
def status(market: str | None, as_of: dt.datetime | None) -> Answer:
    """Show what is served, since when, and the last verdict."""
    from nightshift.config import load_market, market_names

    names = [load_market(market).market] if market else list(market_names())
    facts = [_served(name, as_of) for name in names]
    damage = [f"{f['market']} {f['version']}: {f['damaged']}" for f in facts if f["damaged"]]
    unknown = [f"{f['market']}: {f['policy']}" for f in facts if f["policy"]]
    shown = table([_row(f) for f in facts], ["market", "serves", "model", "session", "since", "last verdict"])
    more = [line for f in facts for line in budget_left.lines(f)]
    return Answer(facts, [*shown, *damage, *unknown, *more, *_channel()], Damaged.exit_code if damage else EXIT_SUCCESS)


@command(
    MARKET, DRY_RUN, WHO, JSON,
    click.option("--why", default="", help="kept in the ledger"),
    click.option("--to", type=TO, default="previous", show_default=True, metavar="VERSION", help="a version, or `previous`"),
    examples=("nightshift rollback --who ann --why 'it trades too much'", "nightshift rollback --to 1.0.0 --dry-run"),
)  # fmt: skip
def rollback(market: str, dry_run: bool, to: str, who: str, why: str) -> Answer:
    """Serve the previous or a named version again: a new ledger entry, never an edit."""
    from nightshift.config import load_market
    from nightshift.running import stages

    load_market(market)
    if dry_run:
        return _would_serve(market, to)
    entry = stages.rollback(market, to=to, who=who, why=why)
    facts = {"market": entry.market, "version": entry.version, "from": entry.previous_version, "at": entry.at}
    left = f"in place of {entry.previous_version}" if entry.previous_version else "where nothing was served"
    return Answer(facts, [f"{market} serves {entry.version} again, {left}", f"next      nightshift status --market {market}"])


def _channel() -> list[str]:
    """What is to be said of the mails, where there is something: letters wait, or none could leave."""
    from nightshift.report.mail import channel_testing, outbox

    instant = now()
    last, there = channel_testing.newest(), outbox.standing(instant)
    if last is None and not there.waiting and not there.given_up:
        return []
    return ["", *folded(f"mail      {channel_testing.words(instant)}", indent=10)]


def _would_serve(market: str, to: str) -> Answer:
    from nightshift import release

    live, target = release.status(market).live, release.would_serve(market, to)
    version = live.version if live else None
    facts = {"live": version, "to": target, "dry_run": True}
    return Answer(facts, [f"{market} serves {version or 'nothing'}; a rollback to {to} would serve {target}; nothing was changed"])


def _served(market: str, as_of: dt.datetime | None) -> dict:
    from nightshift import release
    from nightshift.report.lines.taken_back import standing
    from nightshift.storage import ledger
    from nightshift.storage.ledger_lineage import live_among

    entries = [one for one in ledger.entries(market) if as_of is None or dt.datetime.fromisoformat(one.at) <= as_of]
    entry = live_among(entries)
    night = nights.newest_ended(market, as_of)
    last = summary.facts(night) if night else {"decision": "no night yet"}
    return {
        "market": market,
        "version": entry.version if entry else None,
        "family": entry.evidence.family if entry else None,
        "session": entry.session if entry else None,
        "since": entry.at if entry else None,
        "why": entry.why if entry else None,
        "taken_back": standing(entries),
        "damaged": None if as_of else release.status(market).damage,
        "forced": summary.forced_in(market, entry.version) if entry else "",
        "policy": _not_in_order(market),
        "last_night": night.address if night else None,
        "last_verdict": last["decision"],
        "last_reason": last.get("headline", ""),
        "last_report": last.get("report", ""),
        "data": last.get("data", ""),
        "no_new_bar": _rested(market, as_of),
        **{name: last.get(name) for name in ("held", "partial", "alarm", "standing")},
        "budget": budget_left.facts(market, entry.version if entry else "", as_of or dt.datetime.now(dt.UTC)),
    }


def _rested(market: str, as_of: dt.datetime | None) -> str:
    """The newest session there are bars of, where the newest night found no newer one; else empty."""
    from nightshift.report.lines.resting import without_news

    newest = nights.newest(market, "night", as_of)
    return str(without_news(newest).get("newest_session", "")) if newest else ""


def _not_in_order(market: str) -> str:
    """What is not in order with the market's policy: never assayed, by an older gate, or out of bounds; empty: nothing."""
    from nightshift.config import load_market
    from nightshift.gates.assayed import in_order, told

    try:
        chosen = load_market(market)
    except ConfigError:  # `doctor` says what is wrong with the file
        return ""
    return "" if in_order(chosen) else told(chosen)


def _row(facts: dict) -> list[str]:
    since = (facts["since"] or "")[:16].replace("T", " ")
    version = (facts["version"] or "nothing") + (" DAMAGED" if facts["damaged"] else "")
    verdict = facts["last_verdict"] + (f" (no bar since {facts['no_new_bar']})" if facts["no_new_bar"] else "")
    return [facts["market"], version, facts["family"] or "", facts["session"] or "", since, verdict]
