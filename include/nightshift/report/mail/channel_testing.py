"""The channel proves every day that a mail can leave: the server takes sender and every recipient, and is then told to forget it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence

from nightshift.config.settings import Alerts
from nightshift.nouns.channel_test import ChannelAnswer, ChannelTest
from nightshift.report.mail import outbox
from nightshift.report.mail.delivering import Ways

EVERY = dt.timedelta(hours=24)
_TAKEN = (250, 251)


def tested(everyone: Sequence[Alerts], ways: Ways, now: dt.datetime) -> ChannelTest:
    """The last test; made anew when it is a day old, or when something did not work then."""
    last = newest()
    if last is not None and not last.problems and now - last.at < EVERY:
        return last
    test = ChannelTest(at=now, answers=(*_mails(everyone, ways), *_webhooks(everyone)))
    outbox.folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    test.write(outbox.folder())
    return test


def newest() -> ChannelTest | None:
    """The last test that was made; none: there was none yet."""
    return ChannelTest.read(outbox.folder()) if (outbox.folder() / ChannelTest.FILE).is_file() else None


def words(now: dt.datetime) -> str:
    """What is to be said of the channel: what waits, and when it last proved that a mail can leave."""
    last, there = newest(), outbox.standing(now)
    if last is None:
        return f"{there.words}; never tested: nightshift watch --once"
    if last.problems:
        return f"{there.words}; at {last.at:%Y-%m-%d %H:%M} UTC no mail could leave: {'; '.join(last.problems)}"
    return f"{there.words}; tested at {last.at:%Y-%m-%d %H:%M} UTC: mails can leave"


def _mails(everyone: Sequence[Alerts], ways: Ways) -> list[ChannelAnswer]:
    people = sorted({(one.smtp_connection, one.sender, one.to) for one in everyone if one.to})
    return [ChannelAnswer(way=f"mail by {connection}", problem=_asked(connection, sender, to, ways)) for connection, sender, to in people]


def _asked(connection: str, sender: str, to: Sequence[str], ways: Ways) -> str:
    """What a server says to an envelope that nothing is put into."""
    try:
        with ways.mail(connection) as channel:
            channel.ehlo_or_helo_if_needed()
            answers = [(sender, channel.mail(sender)), *[(one, channel.rcpt(one)) for one in to]]
            channel.rset()
    except (OSError, UnicodeError) as error:  # SMTPException is one of the first
        return f"{type(error).__name__}: {error}"
    refused = [f"{one} was refused: {code} {said.decode(errors='replace')}" for one, (code, said) in answers if code not in _TAKEN]
    return "; ".join(refused)


def _webhooks(everyone: Sequence[Alerts]) -> list[ChannelAnswer]:
    """Only whether there is an address: a post that says nothing is a post all the same."""
    named = sorted({one.webhook for one in everyone if one.webhook})
    there = {name: os.environ.get(name, "").startswith(("https://", "http://")) for name in named}
    return [ChannelAnswer(way=f"webhook {name}", problem="" if there[name] else "its variable holds no web address") for name in named]
