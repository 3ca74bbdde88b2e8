"""The outbox: every mail is kept as a file before anybody tries to send it, and one event has one mail."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import os
import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from nightshift.report.mail.writing import Mail
from nightshift.storage import store

# Refusals of one message by a server that is up: the others may still go.
_REFUSED_ALONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class Channel(Protocol):
    """What can send a message: `smtplib.SMTP` and whatever quacks like it."""

    def send_message(self, msg: EmailMessage) -> object:
        """Send one message, or raise OSError."""


@dataclass(frozen=True)
class Delivery:
    """What one attempt to empty the outbox did."""

    sent: int
    waiting: int
    problem: str = ""


def folder() -> Path:
    """Where mails are kept."""
    return store.home() / "outbox"


def keep(mail: Mail, event: str, sender: str, to: Sequence[str], when: dt.datetime) -> Path | None:
    """Keep the mail of an event; None when the event already has one, whoever was faster."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder() / f"{_slug(event)}.eml"
    building = folder() / f".tmp-{os.getpid()}-{hashlib.sha256(os.urandom(16)).hexdigest()[:8]}"
    building.write_bytes(_message(mail, event, sender, to, when).as_bytes())
    try:
        os.link(building, target)  # fails when it exists: the event and its whole mail appear in one step
    except FileExistsError:
        return None
    finally:
        building.unlink()
    return target


def waiting() -> list[Path]:
    """Mails that were kept and not yet sent, oldest first."""
    kept = folder().glob("*.eml") if folder().is_dir() else ()
    return sorted((mail for mail in kept if not _sent(mail).exists()), key=lambda mail: mail.stat().st_mtime)


def deliver(connect: Callable[[], AbstractContextManager[Channel]]) -> Delivery:
    """Send what is waiting; what cannot be sent stays, and the reason is told. Only one process delivers at a time.

    Killed between the server's yes and our mark, a mail is sent again the next time: rather twice than never.
    """
    if not waiting():
        return Delivery(0, 0)
    sent, problem = 0, ""
    with _alone():
        try:
            with connect() as channel:
                for mail in waiting():
                    problem = _send(channel, mail) or problem
                    sent += _sent(mail).exists()
        except OSError as error:  # SMTPException is one of these
            problem = f"{type(error).__name__}: {error}"
        return Delivery(sent, len(waiting()), problem)


def _send(channel: Channel, mail: Path) -> str:
    try:
        channel.send_message(message_from_bytes(mail.read_bytes(), policy=policy.default))
    except _REFUSED_ALONE as error:
        return f"{mail.name} was refused: {error}"
    _sent(mail).touch()
    return ""


def _sent(mail: Path) -> Path:
    return mail.with_suffix(".sent")


def _message(mail: Mail, event: str, sender: str, to: Sequence[str], when: dt.datetime) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(when)
    message["Message-ID"] = f"<{hashlib.sha256(event.encode()).hexdigest()[:24]}@nightshift>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _slug(event: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", event).strip("-")[:80]
    return f"{plain}-{hashlib.sha256(event.encode()).hexdigest()[:8]}"


@contextmanager
def _alone() -> Iterator[None]:
    with (folder() / ".lock").open("w") as lock:  # the kernel lets go of it however we die
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
