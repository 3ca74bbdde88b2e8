"""Emptying the outbox: mails by their connections, lines by their webhooks; what cannot be sent stays, and the reason is told."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path

from nightshift.report.mail import outbox
from nightshift.report.mail.folding import Parcel, parcels
from nightshift.report.mail.webhook import PostRefused
from nightshift.storage.locks import held

DEFAULT_CONNECTION = "smtp_default"  # of mails that an earlier version kept
# What is wrong with one message, at a server that is up: the others may still go.
_REFUSED_ALONE = (
    smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """How letters leave: a channel by a connection's name; a text to the webhook whose address an environment variable holds."""

    mail: Callable[[str], AbstractContextManager[smtplib.SMTP]]
    post: Callable[[str, str], None]


@dataclass(frozen=True)
class Delivery:
    """What one attempt to empty the outbox did."""

    sent: int
    waiting: int
    problem: str = ""


def deliver(ways: Ways, now: dt.datetime) -> Delivery:
    """Send what is waiting. Only one process delivers at a time.

    Killed between the server's yes and our mark, a letter is sent again the next time: rather twice than never.
    """
    if not outbox.waiting():
        return Delivery(0, 0)
    with held(outbox.folder() / ".lock"):
        before = outbox.waiting()
        problems = [*_mails([one for one in before if one.suffix == ".eml"], ways, now)]
        problems += _posts([one for one in before if one.suffix == ".post"], ways, now)
        sent = sum(outbox.sent_mark(one).exists() for one in before)
        return Delivery(sent, len(outbox.waiting()), "; ".join(problems))


def _mails(letters: list[Path], ways: Ways, now: dt.datetime) -> Iterator[str]:
    read = [(one, message_from_bytes(one.read_bytes(), policy=policy.default)) for one in letters]
    by_connection = sorted(read, key=lambda pair: _connection(pair[1]))  # stable: their order stays
    for connection, pairs in groupby(by_connection, key=lambda pair: _connection(pair[1])):
        try:
            with ways.mail(connection) as channel:
                for parcel in parcels(list(pairs), now):
                    yield from _sent(channel, parcel, now)
        except OSError as error:  # SMTPException is one of these
            yield f"{type(error).__name__}: {error}"


def _connection(message: EmailMessage) -> str:
    return str(message.get(outbox.CONNECTION, DEFAULT_CONNECTION))


def _sent(channel: smtplib.SMTP, parcel: Parcel, now: dt.datetime) -> Iterator[str]:
    for letter in parcel.letters:
        outbox.count_try(letter)
    try:
        channel.send_message(parcel.message)
    except _REFUSED_ALONE as error:
        yield f"{parcel.letters[0].name} was refused: {error}"
    else:
        for letter in parcel.letters:
            outbox.mark_sent(letter, now)


def _posts(letters: list[Path], ways: Ways, now: dt.datetime) -> Iterator[str]:
    silent: set[str] = set()  # a webhook that did not answer is not waited for again this time
    for letter in letters:
        try:
            said = outbox.Post.model_validate_json(letter.read_bytes())
        except ValueError:  # pydantic's own is one
            outbox.count_try(letter)
            yield f"{letter.name} is damaged"
            continue
        if said.variable not in silent:
            problem, answered = _posted(said, ways)
            silent |= set() if answered else {said.variable}
            if problem:
                yield f"webhook {said.variable}: {problem}"
            else:
                outbox.mark_sent(letter, now)
            if problem and answered:
                outbox.count_try(letter)


def _posted(said: outbox.Post, ways: Ways) -> tuple[str, bool]:
    """What is wrong, and whether there was an answer; a letter is only ever given up for answers."""
    try:
        ways.post(said.variable, said.text)
    except PostRefused as error:
        return str(error), True
    except OSError as error:
        return str(error), False
    return "", True
