"""`watch`: is there an answer for every night that was due, and can a mail leave? Outside Airflow, for cron."""

from __future__ import annotations

import datetime as dt
import time

import click

from nightshift.commands.answers import Answer, say, table
from nightshift.commands.asked import JSON, ONE_OR_ALL, instant, now
from nightshift.commands.command import command
from nightshift.errors import EXIT_SUCCESS, EXIT_TRAINING_FAILED

PAUSE_S = 3600


@command(
    ONE_OR_ALL,
    click.option("--once", is_flag=True, help="one round, then an exit code  [default: every hour, until Ctrl-C]"),
    instant("--as-of", "what was due"),
    JSON,
    examples=("nightshift watch --once", "nightshift watch --once --market demo --json", "nightshift watch"),
)
def watch(market: str | None, once: bool, as_of: dt.datetime | None) -> Answer:
    """Mail, once for each, which nights are late or without an answer.

    Empties the outbox too, and proves once a day that a mail can leave. Exit code 1 when a night has no answer long after it was
    due, or when no mail can leave.
    """
    while not (once or as_of):
        say("\n".join(_round(market, now()).lines))
        time.sleep(PAUSE_S)
    return _round(market, as_of or now())


def _round(market: str | None, instant: dt.datetime) -> Answer:
    from nightshift.config import load_market, market_names
    from nightshift.report.mail import mail_server, outbox, webhook
    from nightshift.report.mail.delivering import Ways
    from nightshift.watch.rounds import make_round

    markets = [load_market(name) for name in ([market] if market else market_names())]
    done = make_round(markets, Ways(mail_server.opened, webhook.post), instant)
    facts = {
        "at": instant.isoformat(),
        "nights": [
            {"market": one.market, "session": str(one.session), "due": one.due.isoformat(), "state": one.word, "stands": one.stands}
            for one in done.nights
        ],
        "sent": done.delivery.sent, "waiting": done.delivery.waiting, "problems": list(done.problems),
    }  # fmt: skip
    rows = [[one.market, str(one.session), one.word, one.stands] for one in done.nights]
    shown = table(rows, ["market", "night", "answer", "stands"]) if rows else ["no night is due: a market is watched from its first on"]
    lines = [*shown, f"mail    {done.delivery.sent} sent, {outbox.standing(instant).words}", *(f"NOT OK  {one}" for one in done.problems)]
    return Answer(facts, lines, EXIT_TRAINING_FAILED if done.silent or done.problems else EXIT_SUCCESS)
