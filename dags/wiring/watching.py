"""The watch as a task: the same round that `nightshift watch --once` makes, through Airflow's own mail connections."""

from __future__ import annotations

import datetime as dt

from nightshift.config.settings import Alerts
from wiring.markets import every_market
from wiring.telling import ways


def watch() -> str:
    """What is late or silent is mailed, once a night; the outbox is emptied; red when no mail can leave."""
    from nightshift.report.mail import outbox
    from nightshift.watch.rounds import make_round

    now = dt.datetime.now(dt.UTC)
    done = make_round(every_market(), ways(), now)
    if done.problems:
        raise ConnectionError(f"no mail can leave, {outbox.standing(now).words}: {'; '.join(done.problems)}")
    unanswered = ", ".join(f"{one.market} {one.session} is {one.word}" for one in done.nights if one.word != "answered")
    return f"{unanswered or 'every night that was due has an answer'}; {done.delivery.sent} sent"


def of_everybody() -> Alerts:
    """Whom something that is no market's own is told: everybody, through the first market's connection."""
    known = [market.alerts for market in every_market()]
    people = tuple(dict.fromkeys(one for alerts in known for one in alerts.to))
    return known[0].model_copy(update={"to": people}) if known else Alerts()
