"""`simulate`: what the market's nightly policy would have done and earned over a stretch of its past."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from nightshift import sessions
from nightshift.commands.answers import Answer, table
from nightshift.commands.asked import FAMILIES, FIRST, JSON, LAST, MARKET, QUIET, now
from nightshift.commands.command import command
from nightshift.commands.values import Count
from nightshift.storage import store

if TYPE_CHECKING:
    from nightshift.nouns.simulation_record import PolicyLife, SimulationRecord

NIGHTS = 250


@command(
    MARKET, FIRST, LAST, FAMILIES,
    click.option("--every", type=Count(min=1), default=1, metavar="N", show_default=True, help="sessions from one night to the next"),
    JSON, QUIET,
    examples=(
        "nightshift simulate --market us_stocks --from 2025-01-02 --to 2025-12-31",
        "nightshift simulate --market demo --families logistic,lightgbm --every 5",
    ),
)  # fmt: skip
def simulate(market: str, first: dt.date | None, last: dt.date | None, families: tuple[str, ...], every: int) -> Answer:
    """Live through a market's nights again: what its policy would have earned, and how often it would have been wrong.

    Without --to: until the last session that closed; without --from: 250 sessions before. What is finished is kept: the same command
    goes on after a kill.
    """
    from nightshift.report.pages.simulation_page import draw
    from nightshift.running.market_check import checked_market
    from nightshift.running.simulation.plan import plan_of, with_families
    from nightshift.running.simulation.policy_backtest import simulated

    chosen = with_families(checked_market(market), families)
    until = last or sessions.last_closed(chosen.calendar, now())
    since = first or _nights_before(chosen.calendar, until)
    record = simulated(plan_of(chosen, since, until, every))
    page = store.path(draw(record)) / "report.html"
    return Answer({**record.facts(), "page": str(page)}, [*lines(record), "", f"page  {page}"])


def _nights_before(calendar: str, until: dt.date) -> dt.date:
    """The first of the last `NIGHTS` sessions."""
    last = sessions.last_closed(calendar, sessions.utc(f"{until}T23:59:59"))
    return sessions.following(calendar, last, 1 - NIGHTS)


def lines(record: SimulationRecord) -> list[str]:
    """The record for people: the answer first."""
    from nightshift.report.lines.simulation_words import answer, outcomes, told_apart

    header = ["policy", "net a year", "Sharpe", "drawdown", "promotions", "wrong", "share wrong", "gate's lead (Sharpe)"]
    rows = [_row(life) for life in record.policies]
    said = [one for one in (answer(record), told_apart(record)) if one]
    span = f"{record.market}, {record.first} to {record.last}, {record.symbols} symbols, {', '.join(record.families)}"
    unsaid = ["It cannot say:", *(f"- {one}" for one in record.cannot_say)]
    return [*said, "", *table(rows, header), "", f"{outcomes(record)} ({span})", "", *unsaid]


def _row(life: PolicyLife) -> list[str]:
    from nightshift.report.lines.simulation_words import cell

    cells = (
        cell(life.return_annual_fraction, "percent1", signed=True), cell(life.sharpe_annual, "annual", signed=True),
        cell(life.drawdown_max_fraction, "percent1"), cell(life.wrong_fraction, "percent1"),
        cell(life.gate_lead_annual, "annual", signed=True),
    )  # fmt: skip
    earned, sharpe, drawdown, share, lead = (f"{value} ({ends})" if ends else value for value, ends in cells)
    wrong = f"{life.wrong} of {life.judged}" if life.judged else "–"
    return [life.name, earned, sharpe, drawdown, str(life.promotions), wrong, share, lead]
