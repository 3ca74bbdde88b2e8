"""What may be asked: the flags that several commands share, spelt once, and the frozen arguments that they become."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass

import click

from nightshift.commands import values
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
    """The clock is read here and nowhere deeper."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def known_by_now(asking: click.Context, _option: click.Parameter, asked: dt.datetime | None) -> dt.datetime:
    """The instant asked for; else now, or the end of the market's history where that is finished."""
    market = asking.params["market"]  # none: all of them, each with its own end
    return not_after(asked, now()) if asked else (_end_of(market) if market else now())


def not_after(asked: dt.datetime, now: dt.datetime) -> dt.datetime:
    """The instant asked for; of today's date, which means its end, as much as there is yet. What is to come cannot be known.

    >>> today = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    >>> not_after(dt.datetime(2026, 11, 20, 23, 59, 59, tzinfo=dt.UTC), today) == today
    True
    """
    if asked.date() == now.date() and asked.time() == END_OF_DAY:
        return min(asked, now)
    if asked > now:
        raise ConfigError(
            expected=f"--as-of not after now, {now:%Y-%m-%d %H:%M} UTC",
            found=f"{asked:%Y-%m-%d %H:%M}",
            next_step="ask as of a day that has been; without --as-of it is now",
        )
    return asked


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
FIRST = click.option("--from", "first", type=Day(), help="first session")
LAST = click.option("--to", "last", type=Day(), help="last session")
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
    click.option("--force", default="", metavar="WHY", help="retrain although nothing is new; the reason is kept"),
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
