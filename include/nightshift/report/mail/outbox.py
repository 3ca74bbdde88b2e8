"""The outbox: whatever is told is kept as a file before anybody tries to send it, and one event is told once on each way.

A letter is `<event>.eml`, a mail, or `<event>.post`, a line for a webhook. Empty files beside it say that it was sent, and how often
that was tried.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from nightshift.config.settings import Alerts
from nightshift.nouns.files import sync
from nightshift.nouns.record import Noun
from nightshift.report.mail.message import message_of
from nightshift.report.mail.writing import Mail
from nightshift.storage import store

CONNECTION = "X-Nightshift-Connection"  # through which it leaves; ours alone, and taken off before it does
TRIES = 24  # after so many of its own a letter is given up: a day of hourly watches
_MARKS = {".eml": ".sent", ".post": ".posted"}


class Post(Noun):
    """A line for a webhook."""

    variable: str  # of the environment, with the address
    text: str


@dataclass(frozen=True)
class Standing:
    """What lies in the outbox."""

    waiting: int
    oldest_hours: float  # of those that wait; 0.0 where none does
    given_up: tuple[str, ...]  # letters that no way would take

    @property
    def words(self) -> str:
        """The same in words.

        >>> Standing(0, 0.0, ()).words, Standing(2, 1.5, ("failed-demo.eml",)).words
        ('nothing waits', '2 wait, the oldest for 1.5 hours; given up: failed-demo.eml')
        """
        lost = f"; given up: {', '.join(self.given_up)}" if self.given_up else ""
        return (f"{self.waiting} wait, the oldest for {self.oldest_hours:.1f} hours" if self.waiting else "nothing waits") + lost


def folder() -> Path:
    """Where letters are kept."""
    return store.home() / "outbox"


def keep(mail: Mail, event: str, alerts: Alerts, when: dt.datetime) -> bool:
    """Keep the mail of an event for every way that the market's file names; False when the event was told before, whoever was faster."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    letters: dict[str, bytes] = {}
    if alerts.to:
        letters[".eml"] = _to_keep(mail, event, alerts, when)
    if alerts.webhook:
        letters[".post"] = Post(variable=alerts.webhook, text=f"{mail.subject}\n{mail.text}").model_dump_json().encode()
    new = [_appears(f"{_slug(event)}{suffix}", content) for suffix, content in letters.items()]  # each is kept, whatever another did
    return any(new)


def waiting() -> list[Path]:
    """Letters that were kept and not yet sent: what was never tried first, then the oldest, so that nobody waits behind a bad one."""
    return sorted((one for one in _unsent() if tries(one) < TRIES), key=lambda one: (tries(one), one.stat().st_mtime_ns, one.name))


def standing(now: dt.datetime) -> Standing:
    """How many wait, for how long, and what was given up."""
    there = waiting()
    oldest = min((one.stat().st_mtime for one in there), default=now.timestamp())
    lost = tuple(sorted(one.name for one in _unsent() if tries(one) >= TRIES))
    return Standing(len(there), max(0.0, (now.timestamp() - oldest) / 3600), lost)


def tries(letter: Path) -> int:
    """How often it was tried by itself; an attempt that never got to it does not count."""
    counted = letter.with_name(f"{letter.name}.tries")
    return counted.stat().st_size if counted.is_file() else 0


def count_try(letter: Path) -> None:
    """One more, written before it is sent: a letter that kills whoever sends it is given up like any other."""
    with letter.with_name(f"{letter.name}.tries").open("a") as counted:
        counted.write(".")


def mark_sent(letter: Path, now: dt.datetime) -> None:
    """It was taken; it is never sent again."""
    sent_mark(letter).touch()
    os.utime(sent_mark(letter), (now.timestamp(), now.timestamp()))


def sent_mark(letter: Path) -> Path:
    """The file that says so."""
    return letter.with_suffix(_MARKS[letter.suffix])


def _to_keep(mail: Mail, event: str, alerts: Alerts, when: dt.datetime) -> bytes:
    message = message_of(mail, event, alerts.sender, ", ".join(alerts.to), when)
    message[CONNECTION] = alerts.smtp_connection
    return message.as_bytes()


def _appears(name: str, content: bytes) -> bool:
    target = folder() / name
    building = folder() / f".tmp-{os.getpid()}-{hashlib.sha256(os.urandom(16)).hexdigest()[:8]}"
    building.write_bytes(content)
    sync(building)
    try:
        os.link(building, target)  # fails when it exists: the event and its whole letter appear in one step
    except FileExistsError:
        return False
    finally:
        building.unlink()
    sync(folder())
    return True


def _unsent() -> list[Path]:
    there = [one for suffix in _MARKS for one in folder().glob(f"*{suffix}")] if folder().is_dir() else []
    return [one for one in there if not sent_mark(one).exists()]


def _slug(event: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", event).strip("-")[:80]
    return f"{plain}-{hashlib.sha256(event.encode()).hexdigest()[:8]}"
