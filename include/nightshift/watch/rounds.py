"""One round of the watch: what is late or silent is told once, the outbox is emptied, and the channel proves itself once a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from nightshift.config import Market
from nightshift.errors import NightshiftError
from nightshift.nouns.channel_test import ChannelTest
from nightshift.report.mail import outbox, silence
from nightshift.report.mail.channel_testing import tested
from nightshift.report.mail.delivering import Delivery, Ways, deliver
from nightshift.report.mail.served_words import served_words
from nightshift.storage import ledger
from nightshift.watch.silence import DueNight, due_nights


@dataclass(frozen=True)
class Round:
    """What a round found."""

    nights: tuple[DueNight, ...]
    channel: ChannelTest
    delivery: Delivery

    @property
    def silent(self) -> tuple[DueNight, ...]:
        """The nights without an answer that should long have one."""
        return tuple(one for one in self.nights if one.word == "silent")

    @property
    def problems(self) -> tuple[str, ...]:
        """Why a mail cannot leave; empty: it can."""
        return (*self.channel.problems, *((self.delivery.problem,) if self.delivery.problem else ()))


def make_round(markets: Sequence[Market], ways: Ways, now: dt.datetime) -> Round:
    """Ask about every market; a night is told once, whoever asks and however often."""
    found: list[DueNight] = []
    for market in markets:
        nights = due_nights(market, now)
        found += nights
        for one in nights:
            if one.word != "answered":
                _tell(market, one, now)
    channel = tested([market.alerts for market in markets], ways, now)
    return Round(tuple(found), channel, deliver(ways, now))


def _tell(market: Market, night: DueNight, now: dt.datetime) -> None:
    words = {"late": silence.late, "silent": silence.silent}[night.word]
    mail = words(market.market, night.session, night.due, now, night.stands, _served(market.market))
    outbox.keep(mail, f"{night.word} {market.market} {night.session}", market.alerts, now)


def _served(market: str) -> str:
    try:
        return served_words(market, ledger.live(market), None)
    except NightshiftError:
        return "What is served, `nightshift status` tells."
