"""The outbox: kept before sent, one mail an event, and nothing is lost when nobody answers."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import smtplib
from contextlib import contextmanager
from email import message_from_bytes, policy

import pytest

from nightshift.config.settings import Alerts
from nightshift.report.mail import outbox
from nightshift.report.mail.delivering import Delivery, Ways, deliver
from nightshift.report.mail.webhook import PostRefused
from nightshift.report.mail.writing import Mail

MAIL = Mail("[nightshift][demo] FAILED check – größer", "in plain words: £", "<p>in HTML</p>")
NOW = dt.datetime(2026, 11, 19, 21, 31, tzinfo=dt.UTC)


class Server:
    """Takes mails, and refuses those whose subject it was told to refuse."""

    def __init__(self, refuses: str = "nothing") -> None:
        self.taken: list[str] = []
        self.refuses = refuses
        self.asked: list[str] = []
        self.ids: list[str] = []
        self.headers: set[str] = set()
        self.bodies: list[str] = []

    def send_message(self, msg) -> None:
        if self.refuses in msg["subject"]:
            raise smtplib.SMTPRecipientsRefused({"you@example.com": (550, b"no such user")})
        self.taken.append(msg["subject"])
        self.ids.append(msg["message-id"])
        self.headers |= set(msg)
        self.bodies.append(msg.get_body(("plain",)).get_content())

    @contextmanager
    def connect(self, connection: str):
        self.asked.append(connection)
        yield self


@contextmanager
def nobody(connection: str):
    raise ConnectionRefusedError(111, "Connection refused")
    yield


def no_webhook(variable: str, text: str) -> None:
    raise AssertionError("nothing is to be posted")


PEOPLE = Alerts(sender="from@example.com", to=("you@example.com", "me@example.com"))


def keep(event: str, mail: Mail = MAIL, alerts: Alerts = PEOPLE) -> bool:
    return outbox.keep(mail, event, alerts, NOW)


def send(connect, post=no_webhook, now: dt.datetime = NOW) -> Delivery:
    return deliver(Ways(connect, post), now)


def letter(event: str):
    keep(event)
    return next(outbox.folder().glob(f"{event.replace(' ', '-')}*.eml"))


@pytest.fixture(autouse=True)
def _home(nightshift_home) -> None:
    """Each test has an outbox of its own."""


def test_a_kept_mail_is_a_whole_message():
    message = message_from_bytes(letter("one").read_bytes(), policy=policy.default)
    assert message["subject"] == MAIL.subject
    assert message["to"] == "you@example.com, me@example.com"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().strip() == MAIL.text
    assert message.get_body(("html",)).get_content().strip() == MAIL.html
    assert "Thu, 19 Nov 2026 21:31:00" in message["date"]


def test_an_event_has_one_mail():
    assert keep("failed demo run 1")
    assert not keep("failed demo run 1")
    assert keep("failed demo run 2")


def test_events_that_look_alike_are_kept_apart():
    assert keep("run a/b")
    assert keep("run a:b")
    assert len(outbox.waiting()) == 2


def test_what_is_sent_is_not_sent_again():
    server = Server()
    keep("one")
    assert send(server.connect) == Delivery(sent=1, waiting=0)
    assert send(server.connect) == Delivery(sent=0, waiting=0)
    assert server.taken == [MAIL.subject]


def test_when_nobody_answers_mails_wait_and_the_reason_is_told():
    keep("one")
    done = send(nobody)
    assert (done.sent, done.waiting) == (0, 1)
    assert "Connection refused" in done.problem
    keep("two")
    assert send(Server().connect).sent == 2


def test_one_refused_mail_does_not_hold_up_the_others():
    server = Server(refuses="bad")
    keep("one", Mail("bad", "t", "h"))
    keep("two")
    done = send(server.connect)
    assert (done.sent, done.waiting) == (1, 1)
    assert "550" in done.problem


def test_an_empty_outbox_does_not_even_connect():
    assert send(nobody) == Delivery(0, 0)


def _race(event: str, answers) -> None:
    answers.put(keep(event))


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


def test_killed_between_the_servers_yes_and_our_mark_a_mail_is_sent_once_more_under_the_same_id(monkeypatch):
    server = Server()
    keep("one")
    with monkeypatch.context() as dying:
        dying.setattr(outbox, "mark_sent", lambda letter, now: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send(server.connect)
    assert send(server.connect) == Delivery(sent=1, waiting=0)
    assert server.taken == [MAIL.subject] * 2
    assert server.ids == [server.ids[0]] * 2


class Unplugged(Server):
    """Hangs up in the middle of every mail with a word in its subject."""

    def send_message(self, msg) -> None:
        if "poison" in msg["subject"]:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        super().send_message(msg)


def test_a_mail_that_breaks_the_connection_holds_the_others_up_once_at_most():
    server = Unplugged()
    keep("a", Mail("poison", "t", "h"))
    keep("b")
    assert send(server.connect).sent == 0
    done = send(server.connect)
    assert (done.sent, done.waiting) == (1, 1)
    assert "unexpectedly closed" in done.problem


@pytest.mark.parametrize(
    "error", [UnicodeEncodeError("ascii", "ö", 0, 1, "no"), ValueError("no recipients"), smtplib.SMTPNotSupportedError("8")]
)
def test_a_mail_that_cannot_be_sent_at_all_does_not_hold_up_the_others(error):
    server = Server()
    taken = server.send_message
    server.send_message = lambda msg: taken(msg) if msg["subject"] != "poison" else (_ for _ in ()).throw(error)
    keep("a", Mail("poison", "t", "h"))
    keep("b")
    assert send(server.connect).sent == 1


def test_a_mail_that_nobody_takes_is_given_up_and_named():
    server = Server(refuses="bad")
    keep("one", Mail("bad", "t", "h"))
    for _ in range(outbox.TRIES):
        assert send(server.connect).waiting <= 1
    assert outbox.waiting() == []
    (name,) = outbox.standing(NOW).given_up
    assert name.startswith("one-")
    assert f"given up: {name}" in outbox.standing(NOW).words


def test_while_nobody_answers_no_mail_is_given_up():
    keep("one")
    for _ in range(outbox.TRIES + 1):
        send(nobody)
    assert len(outbox.waiting()) == 1
    assert send(Server().connect).sent == 1


def test_mails_leave_in_the_order_in_which_they_were_kept():
    server = Server()
    for number in (2, 1, 3):
        keep(f"event {number}", Mail(f"mail {number}", "t", "h"))
    send(server.connect)
    assert server.taken == ["mail 2", "mail 1", "mail 3"]


def test_each_mail_leaves_through_its_own_connection_and_carries_nothing_of_ours():
    server = Server()
    keep("one", alerts=PEOPLE.model_copy(update={"smtp_connection": "desk"}))
    keep("two")
    send(server.connect)
    assert server.asked == ["desk", "smtp_default"]
    assert not any(header.startswith("X-Nightshift") for header in server.headers)


def test_how_long_the_oldest_has_waited_is_known():
    keep("one")
    born = dt.datetime.fromtimestamp(outbox.waiting()[0].stat().st_mtime, dt.UTC)
    assert outbox.standing(born + dt.timedelta(hours=5)).words == "1 wait, the oldest for 5.0 hours"


def storm(n: int, first: int = 0, alerts: Alerts = PEOPLE) -> None:
    for number in range(first, first + n):
        subject = f"[nightshift][market{number}] FAILED extract 2026-11-19: no answer"
        keep(f"failed market{number} run", Mail(subject, f"The market{number} run stopped.", "<p>stopped</p>"), alerts)


def test_a_few_failures_are_told_one_by_one_and_a_storm_in_one_mail():
    few, many = Server(), Server()
    storm(5)
    assert send(few.connect).sent == 5
    assert len(few.taken) == 5
    storm(7, first=5)
    later = NOW + dt.timedelta(hours=1)
    assert send(many.connect, now=later) == Delivery(sent=7, waiting=0)
    (subject,) = many.taken
    assert subject.startswith("[nightshift][many] FAILED 7 runs: market10, market11, market5")
    assert all(f"The market{number} run stopped." in many.bodies[0] for number in range(5, 12))


def test_what_follows_a_storm_waits_a_while_and_is_then_told():
    server = Server()
    storm(6)
    send(server.connect)
    storm(2, first=6)
    keep("verdict")
    held = send(server.connect, now=NOW + dt.timedelta(minutes=5))
    assert (held.sent, held.waiting, held.problem) == (1, 2, "")  # a verdict is no failure, and is told at once
    assert send(server.connect, now=NOW + dt.timedelta(minutes=16)).waiting == 0


def test_a_storm_is_folded_only_for_the_same_people():
    server = Server()
    storm(4)
    storm(4, first=4, alerts=PEOPLE.model_copy(update={"to": ("other@example.com",)}))
    assert send(server.connect).sent == 8
    assert len(server.taken) == 8


def test_an_event_is_told_on_every_way_that_is_named_and_on_no_other(monkeypatch):
    posted: list[tuple[str, str]] = []
    keep("one", alerts=PEOPLE.model_copy(update={"webhook": "DESK_WEBHOOK"}))
    keep("two", alerts=PEOPLE.model_copy(update={"webhook": "DESK_WEBHOOK", "to": ()}))
    server = Server()
    done = send(server.connect, lambda *said: posted.append(said))
    assert done == Delivery(sent=3, waiting=0)
    assert len(server.taken) == 1
    assert posted == [("DESK_WEBHOOK", f"{MAIL.subject}\n{MAIL.text}")] * 2


def test_a_webhook_that_does_not_answer_is_asked_once_and_holds_no_mail_up():
    asked: list[str] = []

    def silent(variable: str, text: str) -> None:
        asked.append(variable)
        raise OSError("it did not answer")

    for event in ("one", "two"):
        keep(event, alerts=PEOPLE.model_copy(update={"webhook": "DESK_WEBHOOK"}))
    done = send(Server().connect, silent)
    assert (done.sent, done.waiting, len(asked)) == (2, 2, 1)
    assert done.problem == "webhook DESK_WEBHOOK: it did not answer"


def test_a_webhook_that_is_away_loses_no_letter_and_one_that_refuses_a_text_does():
    only_posted = PEOPLE.model_copy(update={"webhook": "DESK_WEBHOOK", "to": ()})

    def away(variable: str, text: str) -> None:
        raise OSError("it did not answer")

    def choosy(variable: str, text: str) -> None:
        if "poison" in text:
            raise PostRefused("it answered 400")

    keep("one", Mail("poison", "t", "h"), only_posted)
    keep("two", alerts=only_posted)
    for _ in range(outbox.TRIES + 1):
        assert send(nobody, away).waiting == 2
    for _ in range(outbox.TRIES):
        send(nobody, choosy)
    assert outbox.waiting() == []
    assert outbox.standing(NOW).given_up[0].startswith("one-")


def test_a_damaged_letter_holds_nobody_up():
    keep("one", alerts=PEOPLE.model_copy(update={"webhook": "DESK_WEBHOOK"}))
    next(outbox.folder().glob("*.post")).write_text("{")
    done = send(Server().connect)
    assert (done.sent, done.waiting) == (1, 1)
    assert "is damaged" in done.problem
