"""The outbox: kept before sent, one mail an event, and nothing is lost when nobody answers."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import smtplib
from contextlib import contextmanager
from email import message_from_bytes, policy

import pytest

from nightshift.report.mail import outbox
from nightshift.report.mail.writing import Mail

MAIL = Mail("[nightshift][demo] FAILED check – größer", "in plain words: £", "<p>in HTML</p>")
NOW = dt.datetime(2026, 11, 19, 21, 31, tzinfo=dt.UTC)


class Server:
    """Takes mails, and refuses those whose subject it was told to refuse."""

    def __init__(self, refuses: str = "nothing") -> None:
        self.taken: list[str] = []
        self.refuses = refuses

    def send_message(self, msg) -> None:
        if self.refuses in msg["subject"]:
            raise smtplib.SMTPRecipientsRefused({"you@example.com": (550, b"no such user")})
        self.taken.append(msg["subject"])

    @contextmanager
    def connect(self):
        yield self


@contextmanager
def nobody():
    raise ConnectionRefusedError(111, "Connection refused")
    yield


def keep(event: str, mail: Mail = MAIL):
    return outbox.keep(mail, event, "from@example.com", ("you@example.com", "me@example.com"), NOW)


@pytest.fixture(autouse=True)
def _home(nightshift_home) -> None:
    """Each test has an outbox of its own."""


def test_a_kept_mail_is_a_whole_message():
    message = message_from_bytes(keep("one").read_bytes(), policy=policy.default)
    assert message["subject"] == MAIL.subject
    assert message["to"] == "you@example.com, me@example.com"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().strip() == MAIL.text
    assert message.get_body(("html",)).get_content().strip() == MAIL.html
    assert "Thu, 19 Nov 2026 21:31:00" in message["date"]


def test_an_event_has_one_mail():
    assert keep("failed demo run 1") is not None
    assert keep("failed demo run 1") is None
    assert keep("failed demo run 2") is not None


def test_events_that_look_alike_are_kept_apart():
    assert keep("run a/b") != keep("run a:b")
    assert len(outbox.waiting()) == 2


def test_what_is_sent_is_not_sent_again():
    server = Server()
    keep("one")
    assert outbox.deliver(server.connect) == outbox.Delivery(sent=1, waiting=0)
    assert outbox.deliver(server.connect) == outbox.Delivery(sent=0, waiting=0)
    assert server.taken == [MAIL.subject]


def test_when_nobody_answers_mails_wait_and_the_reason_is_told():
    keep("one")
    done = outbox.deliver(nobody)
    assert (done.sent, done.waiting) == (0, 1)
    assert "Connection refused" in done.problem
    keep("two")
    assert outbox.deliver(Server().connect).sent == 2


def test_one_refused_mail_does_not_hold_up_the_others():
    server = Server(refuses="bad")
    keep("one", Mail("bad", "t", "h"))
    keep("two")
    done = outbox.deliver(server.connect)
    assert (done.sent, done.waiting) == (1, 1)
    assert "550" in done.problem


def test_an_empty_outbox_does_not_even_connect():
    assert outbox.deliver(nobody) == outbox.Delivery(0, 0)


def _race(event: str, answers) -> None:
    answers.put(keep(event) is not None)


def test_of_many_processes_exactly_one_keeps_the_mail():
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    racers = [context.Process(target=_race, args=("one event", answers)) for _ in range(8)]
    for racer in racers:
        racer.start()
    won = [answers.get(timeout=30) for _ in racers]
    for racer in racers:
        racer.join()
    assert sum(won) == 1
    assert len(list(outbox.folder().glob("*.eml"))) == 1
    assert not list(outbox.folder().glob(".tmp-*"))


def test_nobody_else_may_read_the_outbox():
    keep("one")
    assert outbox.folder().stat().st_mode & 0o077 == 0
