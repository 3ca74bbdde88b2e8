"""What may be asked: the flags that several commands share, spelt once, and the frozen arguments that they become."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass

import click

from nightshift import sessions
from nightshift.commands import values
from nightshift.commands.command import Option
from nightshift.commands.values import END_OF_DAY, Count, Day, Instant, Known, KnownNames, Names
from nightshift.errors import ConfigError


@dataclass(frozen=True)
class NightAsked:
    """A night as a person asks for it."""

    market: str
    as_of: dt.datetime
    symbols: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    trials: int | None = None
    force: str = ""
    incremental: bool = False


@dataclass(frozen=True)
class Budget:
    """How a search chooses, and when it ends."""

    strategy: str | None
    trials: int
    timeout_minutes: float | None


def now() -> dt.datetime:
    """The second that the clock shows."""
    return exactly_now().replace(microsecond=0)


def exactly_now() -> dt.datetime:
    """The clock, to the microsecond as the ledger writes it, is read here and nowhere deeper."""
    return dt.datetime.now(dt.UTC)


def known_by_now(asking: click.Context, option: click.Parameter, asked: dt.datetime | None) -> dt.datetime:
    """The instant asked for; else now, or the end of the market's history where that is finished."""
    market = asking.params["market"]  # none: all of them, each with its own end
    known = has_been(asking, option, asked)
    return known.replace(microsecond=0) if known else (_end_of(market) if market else now())


def has_been(_asking: click.Context, option: click.Parameter, asked: dt.datetime | None) -> dt.datetime | None:
    """The instant asked for, if one is; what is to come cannot be known."""
    return not_after(asked, exactly_now(), option.opts[0]) if asked else None


def has_begun(_asking: click.Context, option: click.Parameter, asked: dt.date | None) -> dt.date | None:
    """The day asked for, if one is; a session that is to come has no bars."""
    if asked is not None:
        sessions.refuse_future(dt.datetime.combine(asked, dt.time(), dt.UTC), exactly_now(), option.opts[0])
    return asked


def not_after(asked: dt.datetime, now: dt.datetime, flag: str) -> dt.datetime:
    """The instant asked for; of today's date, which means its end, as much as there is yet.

    >>> today = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    >>> not_after(dt.datetime(2026, 11, 20, 23, 59, 59, tzinfo=dt.UTC), today, "--as-of") == today
    True
    """
    if not (asked.date() == now.date() and asked.time() == END_OF_DAY):
        sessions.refuse_future(asked, now, flag)
    return min(asked, now)


def instant(flag: str, meaning: str) -> Option:
    """A flag for an instant that has been, or for none; a bare date is the end of that day."""
    return click.option(flag, type=Instant(), callback=has_been, help=f"{meaning} at this date or instant, UTC")


def said(_asking: click.Context, option: click.Parameter, reason: str | None) -> str:
    """A reason, where one is given; one without a word is none, and nobody can have meant it."""
    if reason is not None and not reason.strip():
        raise ConfigError(expected=f"a reason behind {option.opts[0]}", found=repr(reason), next_step="say why, or leave it out")
    return (reason or "").strip()


def _end_of(market: str) -> dt.datetime:
    """Now, or the end of a finished history; what is wrong with a market file is the command's to say."""
    from nightshift.config import load_market

    try:
        return load_market(market).as_of_at(now())
    except ConfigError:
        return now()


MARKET_NAME = Known("market", values.markets, of_market=False)
FAMILY_NAME = Known("family", values.families)
FAMILY_NAMES = KnownNames("family", values.families)
NIGHT_NAME = Known("night", values.night_names)
VERSION = Known("release", values.versions)
STRATEGY_NAME = Known("search strategy", values.strategies, of_market=False)

# The market is read first, wherever it stands: what else is known depends on it.
MARKET = click.option("--market", type=MARKET_NAME, default="demo", show_default=True, is_eager=True, help="the market's name")
ONE_OR_ALL = click.option("--market", type=MARKET_NAME, is_eager=True, help="one market  [default: all]")
AS_OF = click.option("--as-of", type=Instant(), callback=known_by_now, help="what was known at this date or instant, UTC  [default: now]")
DRY_RUN = click.option("--dry-run", is_flag=True, help="decide, but change nothing that is served")
JSON = click.option("--json", "as_json", is_flag=True, help="answer as JSON")
QUIET = click.option("--quiet", is_flag=True, help="no progress lines")
FIRST = click.option("--from", "first", type=Day(), callback=has_begun, help="first session")
LAST = click.option("--to", "last", type=Day(), callback=has_begun, help="last session")
FAMILIES = click.option(
    "--families", type=FAMILY_NAMES, default="", metavar="FAMILY,…", help="only these families of the market  [default: all]"
)
WHO = click.option("--who", default=lambda: os.environ.get("USER", "unknown"), help="kept in the ledger  [default: $USER]")

NIGHT = (
    MARKET,
    AS_OF,
    click.option("--symbols", type=Names(), default="", metavar="SYMBOL,…", help="only these symbols  [default: all]"),
    FAMILIES,
    click.option("--trials", type=Count(min=0), metavar="N", help="search trials per family, 0: none  [default: the market file's]"),
    click.option("--force", callback=said, metavar="WHY", help="retrain although nothing is new; the reason is kept"),
    click.option("--incremental", is_flag=True, help="read only what is newer than the last snapshot"),
)


def budget(trials: int) -> tuple:
    """The flags of a search."""
    return (
        click.option(
            "--strategy", type=STRATEGY_NAME, help="grid, random, tpe, gp, cmaes or nsga2  [default: the market file's]", metavar="NAME"
        ),
        click.option("--trials", type=Count(min=1), default=trials, metavar="N", help=f"trials per family  [default: {trials}]"),
        click.option(
            "--timeout", "timeout_minutes", type=click.FloatRange(min=0, min_open=True), metavar="MINUTES",
            help="time for the search of a family  [default: the market file's]",
        ),
    )  # fmt: skip
