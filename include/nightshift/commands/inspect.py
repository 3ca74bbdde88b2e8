"""`inspect`: what lies in a folder of bars, and the market file that fits."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

import click

from nightshift.commands import inspected_lines
from nightshift.commands.answers import Answer
from nightshift.commands.asked import JSON, QUIET, now
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, EXIT_VALIDATION_FAILED, ConfigError, DataRefused


@dataclass(frozen=True)
class ByHand:
    """What files leave open, settled on the command line."""

    dates: str | None
    decimal: str | None
    ignore: tuple[str, ...]


@command(
    click.argument("folder", type=click.Path(path_type=Path)),
    click.option("--market", metavar="NAME", help="the new market's name  [default: the file's, else the folder's]"),
    click.option("--write", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="write the market file"),
    click.option("--force", is_flag=True, help="write over a file that is there, and one that a night would refuse"),
    click.option("--calendar", metavar="NAME", help="the calendar, instead of the one that fits best"),
    click.option("--dates", type=click.Choice(["day_first", "month_first"]), help="how 03/04/2024 is meant where files leave it open"),
    click.option("--decimal", type=click.Choice(["point", "comma"]), help="how 1,234 is meant where files leave it open"),
    click.option("--ignore", multiple=True, metavar="PATTERN", help="leave these files out, such as '*.txt'; may be repeated"),
    JSON, QUIET,
    gathered={"by_hand": ByHand},
    examples=(
        "nightshift inspect data/us_stocks",
        "nightshift inspect data/us_stocks --market us_stocks --write include/markets/us_stocks.yaml",
        "nightshift inspect data/mine --calendar XLON --ignore 'old/*'",
    ),
)  # fmt: skip
def inspect(folder: Path, market: str | None, file: Path | None, force: bool, calendar: str | None, by_hand: ByHand) -> Answer:
    """Say what the files of a folder are, what a night would make of them, and write the market file that fits.

    Exit code 2 when a night would refuse the bars whatever the file says.
    """
    from nightshift.config import validated
    from nightshift.data.sources.reading import Settled
    from nightshift.running.inspection.folder_inspection import inspected

    name = _name(folder, market, file)
    if file is not None and file.exists() and not force:
        raise ConfigError(expected=f"no file at {file}", found="one", next_step="name another file, or --force to write over it")
    settled = validated(Settled, {"dates": by_hand.dates, "decimal": by_hand.decimal, "ignore": by_hand.ignore}, "the flags")
    inspection = inspected(str(folder.resolve()), name, settled, _known_calendar(calendar), now().date())
    if file is not None and inspection.refusals and not force:
        raise DataRefused(
            expected="bars that a night accepts", found=str(inspection.refusals[0]),
            next_step="mend those files or leave them out with --ignore, or --force to write the file anyway",
        )  # fmt: skip
    if file is not None:
        _write(inspection.text, file)
    facts, lines = inspected_lines.told(inspection, file, now())
    return Answer(facts, lines, EXIT_VALIDATION_FAILED if inspection.refusals else EXIT_SUCCESS)


def _name(folder: Path, market: str | None, file: Path | None) -> str:
    """The market's name: as asked for, the file's, or the folder's; a market and its file have one name."""
    from nightshift.config import NAME

    plain = re.sub(r"[^a-z0-9_-]+", "_", folder.resolve().name.lower()).strip("_-") or "mine"
    name = market or (file.stem if file else plain)
    if not re.match(NAME, name):
        raise ConfigError(
            expected="a market's name in small letters, digits, - and _", found=repr(name), next_step="choose another --market"
        )
    if file is not None and file.name != f"{name}.yaml":
        raise ConfigError(
            expected=f"a file named {name}.yaml, like its market", found=file.name, next_step="give the file and the market one name"
        )
    return name


def _known_calendar(calendar: str | None) -> str | None:
    from nightshift import sessions

    if calendar:
        sessions.check_calendar(calendar)
    return calendar


def _write(text: str, file: Path) -> None:
    """The file, checked as a night checks it before anything is written."""
    from nightshift.config import parse_market
    from nightshift.data import sources
    from nightshift.running.market_check import check_names

    market = parse_market(text, str(file))
    check_names(market, str(file))
    sources.fetch(market, sources.Query(market.calendar, (), None, dt.date.max, dt.datetime.max.replace(tzinfo=dt.UTC)))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
