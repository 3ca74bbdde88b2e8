"""`nightshift watch`: outside Airflow, for cron; a mail a missing night, and an exit code."""

from __future__ import annotations

import json
import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from nightshift.commands import watching


class Letters:
    """The subjects that arrived."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.subjects.append(str(message_from_bytes(envelope.content, policy=policy.default)["subject"]))
        return "250 OK"


@pytest.fixture
def letters(monkeypatch, released_market):
    there = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(there, hostname="127.0.0.1", port=port)
    server.start()
    told = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": {"disable_ssl": True, "disable_tls": True}}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(told))
    yield there
    server.stop()


def test_a_night_with_an_answer_is_exit_code_0_and_no_mail(ask, letters):
    said = ask("watch", "--once", "--market", "demo", "--as-of", "2026-11-20T12:00")
    assert said.code == 0, said.out
    assert "answered" in said.out
    assert "0 sent, nothing waits" in said.out
    assert letters.subjects == []


def test_a_night_without_one_is_exit_code_1_and_one_mail_however_often_it_is_asked(ask, letters):
    for _ in range(2):
        said = ask("watch", "--once", "--as-of", "2026-11-21T06:00", "--json")
        assert said.code == 1
    (night,) = said.facts["nights"]
    assert (night["market"], night["session"], night["state"]) == ("demo", "2026-11-20", "silent")
    assert [subject[:40] for subject in letters.subjects] == ["[nightshift][demo] NO VERDICT 2026-11-20"]


def test_when_no_mail_can_leave_the_exit_code_says_so_although_every_night_is_answered(ask, released_market, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://127.0.0.1:1/?disable_ssl=true&disable_tls=true")
    said = ask("watch", "--once", "--as-of", "2026-11-20T12:00")
    assert said.code == 1
    assert "NOT OK  mail by smtp_default: ConnectionRefusedError" in said.out


def test_without_once_it_goes_on_until_it_is_stopped(ask, letters, monkeypatch):
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", pause)
    said = ask("watch", "--market", "demo")
    assert (said.code, pauses) == (130, [3600, 3600])
    assert said.out.count("mail    ") == 2


def test_status_and_the_doctor_say_what_became_of_the_mails(ask, letters, monkeypatch):
    assert "mail  " not in ask("status", "--market", "demo").out
    ask("watch", "--once", "--as-of", "2026-11-20T12:00")
    assert "mail      nothing waits; tested at 2026-11-20 12:00 UTC: mails can leave" in ask("status", "--market", "demo").out
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://bot:hunter22pw@127.0.0.1:1/?disable_ssl=true&disable_tls=true")
    ask("watch", "--once", "--as-of", "2026-11-21T12:00")
    assert "1 wait" in (said := ask("status", "--market", "demo").out)
    assert "no mail could leave: mail by smtp_default: ConnectionRefusedError" in " ".join(said.split())
    found = {line["what"]: line for line in ask("doctor", "--market", "demo", "--as-of", "2026-11-19T22:00", "--json").facts}
    assert found["outbox"]["ok"]
    assert "1 wait" in found["outbox"]["found"]
    assert "smtp_default does not answer, mails wait in the outbox" in found["mail server"]["found"]
    assert found["MLflow"]["found"].startswith("http://127.0.0.1:1 does not answer")
    assert "hunter22pw" not in str(found)
    assert "MongoDB" not in found


def test_the_doctor_finds_a_letter_that_nobody_took(ask, letters, released_market):
    from nightshift.report.mail import outbox

    (released_market / "outbox").mkdir()
    (released_market / "outbox" / "failed-demo.eml").write_text("Subject: x\n\nx")
    (released_market / "outbox" / "failed-demo.eml.tries").write_text("." * outbox.TRIES)
    found = {line["what"]: line for line in ask("doctor", "--market", "demo", "--as-of", "2026-11-19T22:00", "--json").facts}
    assert not found["outbox"]["ok"]
    assert "given up: failed-demo.eml" in found["outbox"]["found"]


def test_the_doctor_asks_a_database_that_is_named(ask, letters, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_MONGO_URI", "mongodb://quant:s3cr3tvalue@127.0.0.1:1/bars")
    found = {line["what"]: line for line in ask("doctor", "--market", "demo", "--as-of", "2026-11-19T22:00", "--json").facts}
    assert not found["MongoDB"]["ok"]
    assert "s3cr3tvalue" not in str(found)
