"""`replay`: a past night made again from its snapshot, code, seeds and threads, and compared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from nightshift.commands import nights
from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import JSON, MARKET, NIGHT_NAME, QUIET, now
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, EXIT_VALIDATION_FAILED, ConfigError

if TYPE_CHECKING:
    from nightshift.nouns.replay_record import ReplayRecord
    from nightshift.storage.night import Night


@command(
    MARKET,
    click.argument("name", type=NIGHT_NAME, metavar="[NIGHT]", required=False),
    click.option("--random", "by_lot", is_flag=True, help="a past night drawn by today's date, as the weekly DAG does"),
    JSON, QUIET,
    examples=(
        "nightshift replay                            # the last judged night of the demo market",
        "nightshift replay 2026-11-19-1a2b3c4d --market us_stocks",
        "nightshift replay --random --json",
    ),
)  # fmt: skip
def replay(market: str, name: str | None, by_lot: bool) -> Answer:
    """Make a past night again and compare it byte for byte.

    What is kept and what is served are not touched. Exit code 2 when something differs by more than its family declares.
    """
    from nightshift.nouns.replay_record import ReplayRecord
    from nightshift.running.replay import replay as make_again
    from nightshift.storage import store

    at = now()
    where = make_again(_meant(market, name, at.date() if by_lot else None), at)
    record = ReplayRecord.read(store.path(where))
    code = EXIT_SUCCESS if record.holds else EXIT_VALIDATION_FAILED
    return Answer({"replay": where, "outcome": record.outcome, **record.model_dump(mode="json")}, _lines(record), code)


def _meant(market: str, name: str | None, lot: dt.date | None) -> Night:
    from nightshift.running.replay import drawn
    from nightshift.storage import addresses
    from nightshift.storage.night import night_of

    if name:
        return night_of(addresses.night(market, name))
    if lot is None:
        return nights.last(market, "verdict")
    night = drawn(market, lot)
    if night is None:
        raise ConfigError(
            expected=f"a judged night of {market} made by this code", found="none yet", next_step=f"nightshift run --market {market}"
        )
    return night


def _lines(record: ReplayRecord) -> list[str]:
    words = {
        "bit for bit": "every byte is the same",
        "same answers": "every answer is the same",
        "within tolerance": "the same within tolerance",
        "differs": "NOT the same",
    }
    rows = [[part.what, part.outcome, _number(part.difference), _number(part.allowed), part.note] for part in record.repeated]
    return [
        f"{record.night}: {words[record.outcome]}, made again in {record.seconds:.0f} s with the code {record.code}",
        "",
        *table(rows, ["what", "outcome", "difference", "allowed", "note"]),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"
