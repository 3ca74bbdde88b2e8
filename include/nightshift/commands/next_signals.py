"""`signals`: what is served says of the next session."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from nightshift.commands.answers import Answer, folded, table
from nightshift.commands.asked import AS_OF, JSON, MARKET
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, EXIT_VALIDATION_FAILED, ConfigError, ReleaseRefused
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.nouns.signals import Signals
    from nightshift.release.signals.issued import Issued
    from nightshift.storage.night import Night

COLUMNS = ("symbol", "position", "before", "score", "cost bps", "cost", "last close")


@command(
    MARKET, AS_OF, JSON,
    click.option("--csv", "as_csv", is_flag=True, help="only the rows, as CSV; refused where nobody should act on them"),
    examples=(
        "nightshift signals --market demo",
        "nightshift signals --csv > signals.csv",
        "nightshift signals --as-of 2026-11-20 --json    # as they were known then",
    ),
)  # fmt: skip
def signals(market: str, as_of: dt.datetime, as_csv: bool) -> Answer:
    """Show what the served model says of the next session.

    The newest night's answer, the largest positions first. Exit code 2 when nobody should act on it: expired, of a version that is
    served no more, or none.
    """
    from nightshift.config import load_market
    from nightshift.release.signals import giving, issued
    from nightshift.release.signals.validity import doubts
    from nightshift.storage import ledger

    chosen = load_market(market)
    given = issued.newest(market, as_of)
    if given is None:
        raise ConfigError(expected=f"signals of a night of {market}", found="none yet", next_step=f"nightshift run --market {market}")
    record, said = given.record, given.rows
    loud = doubts(record, as_of, ledger.entries(market))
    code = EXIT_VALIDATION_FAILED if loud else EXIT_SUCCESS
    facts = {**giving.as_facts(record, said), "address": given.address, "doubts": [f"{word}: {says}" for word, says in loud]}
    if as_csv:
        if said is None or (loud and chosen.serving.when_stale == "refuse"):
            raise _refused(market, loud)
        return Answer(facts, (store.path(given.address) / giving.CSV).read_text().splitlines(), code)
    warned = [line for word, says in loud for line in folded(f"{word}  {says}", indent=2)]
    rows = ["", *_rows(said)] if said is not None else []
    return Answer(facts, [*warned, *([""] if warned else []), *_head(given, chosen.title), *rows], code)


def signals_of(night: Night) -> list[str]:
    """What a night said of the next session, as a line of its summary; nothing for a night of before there were signals."""
    from nightshift.release.signals.issued import of_night
    from nightshift.report.lines.signal_lines import headline

    given = next(iter(of_night(night.address)), None)
    return folded(f"  signals   {headline(given.record)}", indent=12) if given else []


def _refused(market: str, loud: tuple[tuple[str, str], ...]) -> ReleaseRefused:
    found = "; ".join(f"{word}: {says}" for word, says in loud)
    step = f"nightshift run --market {market}; or set `when_stale: flag` under `serving:` to be given them all the same"
    return ReleaseRefused(expected=f"signals of {market} that are good", found=found, next_step=step)


def _head(given: Issued, title: str) -> list[str]:
    """Whose answer, for when, until when; then the numbers."""
    from nightshift.release.signals import publishing
    from nightshift.report.lines import signal_lines

    record = given.record
    waits = publishing.problem(record.market)
    known = f", {record.family}, served since {record.served_since[:16].replace('T', ' ')} UTC" if record.version else ""
    again = signal_lines.otherwise(record)
    return [
        *folded(f"signals {signal_lines.headline(record)}", indent=2),
        "",
        f"  market    {title}",
        f"  session   {record.session}, as of {record.as_of:%Y-%m-%d %H:%M} UTC",
        f"  for       {record.for_session}, good until {record.expires_at:%Y-%m-%d %H:%M} UTC",
        f"  version   {record.version or 'none'}{known}",
        f"  strategy  {record.strategy}",
        *(folded(f"  before    signals of {record.recheck.session}: {again}", indent=12) if again and record.recheck else ()),
        *(folded(f"  waits     for MongoDB: {waits}", indent=12) if waits else ()),
        f"  files     {store.path(given.address)}",
    ]


def _rows(said: Signals) -> list[str]:
    """Every symbol, the largest positions first."""
    from nightshift.report.drawing.numbers import shown

    every = said.strongest(len(said.symbols))
    forms = {
        "position": ("percent", True), "previous_position": ("percent", True), "score": ("precise", False), "cost_bps": ("precise", False),
        "cost_amount": ("money", False), "last_close": ("precise", False),
    }  # fmt: skip
    columns = [[shown(value, unit, signed=signed) for value in getattr(every, name).tolist()] for name, (unit, signed) in forms.items()]
    widths = [max(map(len, (heading, *column))) for heading, column in zip(COLUMNS[1:], columns, strict=True)]
    cells = [[cell.rjust(width) for cell in column] for column, width in zip(columns, widths, strict=True)]
    header = (COLUMNS[0], *(heading.rjust(width) for heading, width in zip(COLUMNS[1:], widths, strict=True)))
    return table([list(row) for row in zip(every.symbols, *cells, strict=True)], header)
