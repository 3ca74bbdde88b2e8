"""The mail server outside Airflow: the same words that Airflow reads, and a real server that takes a mail and a test of the channel."""

from __future__ import annotations

import datetime as dt
import json
import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from nightshift.config.settings import Alerts
from nightshift.report.mail import channel_testing, mail_server, outbox
from nightshift.report.mail.delivering import Delivery, Ways, deliver
from nightshift.report.mail.writing import Mail

NOW = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
PEOPLE = Alerts(to=("you@example.com",))


class Letters:
    """What arrived; some recipients are refused."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuses = ""

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options) -> str:
        if address == self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture
def letters(monkeypatch, nightshift_home) -> Iterator[Letters]:
    there = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(there, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{port}/?disable_ssl=true&disable_tls=true&timeout=5")
    yield there
    server.stop()


def never(variable: str, text: str) -> None:
    raise AssertionError("nothing is to be posted")


WAYS = Ways(mail_server.opened, never)
JSON = json.dumps({"conn_type": "smtp", "host": "h", "port": 26, "login": "l", "password": "p", "extra": {"disable_ssl": True}})
NESTED = json.dumps({"host": "h", "login": "l", "password": "p", "extra": json.dumps({"disable_ssl": "true", "disable_tls": True})})


@pytest.mark.parametrize(
    ("given", "server"),
    [
        (JSON, mail_server.Server("h", 26, "l", "p", by_ssl=False, by_starttls=True, timeout_s=30.0)),
        (NESTED, mail_server.Server("h", 25, "l", "p", by_ssl=False, by_starttls=False, timeout_s=30.0)),
        ("smtp://l:p%40@h", mail_server.Server("h", 465, "l", "p@", by_ssl=True, by_starttls=False, timeout_s=30.0)),
    ],
)
def test_a_connection_of_the_environment_is_read_as_airflow_reads_it(given, server, tmp_path):
    found = mail_server.server_of("desk", {"AIRFLOW_CONN_DESK": given}, tmp_path / "none.yaml")
    assert found == server
    assert "'p" not in repr(found)


def test_a_connection_of_the_settings_file_is_read_where_the_environment_has_none():
    found = mail_server.server_of("smtp_default", {}, mail_server.SETTINGS)
    assert (found.host, found.port, found.by_ssl, found.by_starttls) == ("127.0.0.1", 1025, False, False)


@pytest.mark.parametrize("given", ["", "{damaged"])
def test_without_a_server_it_is_said_what_was_looked_for(given, tmp_path):
    with pytest.raises(ConnectionError, match="expected") as error:
        mail_server.server_of("desk", {"AIRFLOW_CONN_DESK": given}, tmp_path / "none.yaml")
    assert "{damaged" not in str(error.value)


def test_a_mail_leaves_without_airflow(letters):
    outbox.keep(Mail("subject", "text", "<p>html</p>"), "one", PEOPLE, NOW)
    assert deliver(WAYS, NOW) == Delivery(sent=1, waiting=0)
    assert b"subject" in letters.taken[0]


def test_the_channel_proves_once_a_day_that_a_mail_could_leave_and_sends_none(letters):
    first = channel_testing.tested([PEOPLE], WAYS, NOW)
    assert first.problems == ()
    assert letters.taken == []
    assert channel_testing.tested([PEOPLE], WAYS, NOW + dt.timedelta(hours=23)).at == NOW
    assert channel_testing.tested([PEOPLE], WAYS, NOW + dt.timedelta(hours=24)).at > NOW
    assert "mails can leave" in channel_testing.words(NOW)


def test_a_recipient_that_the_server_refuses_is_named_and_asked_again_at_once(letters):
    letters.refuses = "you@example.com"
    broken = channel_testing.tested([PEOPLE], WAYS, NOW)
    assert broken.problems == ("mail by smtp_default: you@example.com was refused: 550 no such user",)
    assert "no mail could leave" in channel_testing.words(NOW)
    letters.refuses = ""
    assert channel_testing.tested([PEOPLE], WAYS, NOW + dt.timedelta(minutes=1)).problems == ()


def test_a_server_that_is_not_there_is_a_problem_and_a_webhook_without_an_address_another(nightshift_home, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://127.0.0.1:1/?disable_ssl=true&disable_tls=true")
    monkeypatch.delenv("DESK_WEBHOOK", raising=False)
    test = channel_testing.tested([PEOPLE.model_copy(update={"webhook": "DESK_WEBHOOK"})], WAYS, NOW)
    assert "ConnectionRefusedError" in test.problems[0]
    assert test.problems[1] == "webhook DESK_WEBHOOK: its variable holds no web address"


def test_before_the_first_test_it_is_said_what_to_type(nightshift_home):
    assert channel_testing.words(NOW) == "nothing waits; never tested: nightshift watch --once"
