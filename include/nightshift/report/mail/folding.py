"""A storm of failures is one mail: where many runs break at once, the cause is one, and nobody reads fifty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path

from nightshift.report.mail import outbox
from nightshift.report.mail.alerts import Happening
from nightshift.report.mail.message import message_of
from nightshift.report.mail.writing import Mail, written

STORM, WITHIN = 5, dt.timedelta(minutes=15)  # so many failures to the same people within so long are told one by one
FAILED = "failed-"  # what the letters of failures begin with
Pair = tuple[Path, EmailMessage]


@dataclass(frozen=True)
class Parcel:
    """A message, and the letters that it tells."""

    letters: tuple[Path, ...]
    message: EmailMessage


@dataclass(frozen=True)
class _Storm:
    where: Happening
    markets: str
    failures: tuple[tuple[str, str], ...]


def parcels(pairs: list[Pair], now: dt.datetime) -> Iterator[Parcel]:
    """The messages to send now; of a storm that goes on, what came since the last mail waits until that is a while ago."""
    failures = [pair for pair in pairs if pair[0].name.startswith(FAILED)]
    yield from (Parcel((letter,), _ours_off(message)) for letter, message in pairs if not letter.name.startswith(FAILED))
    for to, group in groupby(sorted(failures, key=_people), key=_people):  # stable: their order stays
        same_people = list(group)
        room = STORM - _lately(to, now)
        if len(same_people) <= room:
            yield from (Parcel((letter,), _ours_off(message)) for letter, message in same_people)
        elif room > 0:
            yield _folded(same_people, now)


def _people(pair: Pair) -> str:
    return str(pair[1]["To"])


def _lately(to: str, now: dt.datetime) -> int:
    """How many failures these people were told of within a while."""
    recent = [mark for mark in outbox.folder().glob(f"{FAILED}*.sent") if now.timestamp() - mark.stat().st_mtime < WITHIN.total_seconds()]
    told = (message_from_bytes(mark.with_suffix(".eml").read_bytes(), policy=policy.default) for mark in recent)
    return sum(str(message["To"]) == to for message in told)


def _folded(pairs: list[Pair], now: dt.datetime) -> Parcel:
    letters, messages = tuple(letter for letter, _ in pairs), [message for _, message in pairs]
    event = " ".join(letter.name for letter in letters)
    return Parcel(letters, message_of(_storm(messages), event, str(messages[0]["From"]), str(messages[0]["To"]), now))


def _storm(messages: list[EmailMessage]) -> Mail:
    subjects = [str(one["Subject"]).strip() for one in messages]  # a long one that was folded begins with a blank
    told = enumerate(zip(subjects, messages, strict=True), 1)
    failures = tuple((f"failure {number}", f"{subject}\n{_text(one)}") for number, (subject, one) in told)
    markets = sorted({subject.removeprefix("[nightshift][").partition("]")[0] for subject in subjects})
    return written("storm", _Storm(Happening("many", ""), ", ".join(markets), failures))


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()).strip() if body else ""


def _ours_off(message: EmailMessage) -> EmailMessage:
    del message[outbox.CONNECTION]
    return message
