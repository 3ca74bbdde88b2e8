"""What `doctor` says of the services around a night: mail, MLflow, MongoDB. A night goes on without the first two."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence

from nightshift.errors import NightshiftError

LONGEST_WAIT_HOURS = 24.0  # a letter that has waited so long was not read by anybody


def services(markets: Sequence[str], instant: dt.datetime) -> Iterator[tuple[str, bool, str]]:
    """What was asked, whether it is in order, and what was found."""
    from nightshift import tracking

    yield _outbox(instant)
    yield from (("mail server", True, _mail_server(connection)) for connection in sorted(_connections(markets)))
    yield "MLflow", True, tracking.told()
    if os.environ.get("NIGHTSHIFT_MONGO_URI"):
        yield "MongoDB", *_mongo(os.environ["NIGHTSHIFT_MONGO_URI"])


def _outbox(instant: dt.datetime) -> tuple[str, bool, str]:
    from nightshift.report.mail import channel_testing, outbox

    there = outbox.standing(instant)
    return "outbox", not there.given_up and there.oldest_hours < LONGEST_WAIT_HOURS, channel_testing.words(instant)


def _connections(markets: Sequence[str]) -> set[str]:
    from nightshift.config import load_market
    from nightshift.errors import ConfigError

    found = set()
    for name in markets:
        try:
            found.add(load_market(name).alerts.smtp_connection)
        except ConfigError:  # its own line says what is wrong with the file
            continue
    return found


def _mail_server(connection: str) -> str:
    from nightshift.report.mail import mail_server

    try:
        with mail_server.opened(connection):
            return f"{connection} answers"
    except OSError as error:
        return f"{connection} does not answer, mails wait in the outbox: {error}"


def _mongo(uri: str) -> tuple[bool, str]:
    from nightshift.data.sources.mongo_connection import connected, redacted

    try:
        with connected(uri, connect_seconds=1.0):
            return True, f"{redacted(uri)} answers"
    except NightshiftError as error:
        return False, str(error)
