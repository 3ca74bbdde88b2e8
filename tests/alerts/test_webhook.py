"""A line to a chat: Slack's JSON, its address never told, no redirect followed, and never waited for long."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from nightshift.config.reading import validated
from nightshift.config.settings import Alerts
from nightshift.errors import ConfigError
from nightshift.report.mail import webhook

SECRET = "services/T0/B0/s3cr3tvalue"


class Chat(HTTPServer):
    """Takes posts; answers as it was told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.posted, self.paths = 200, [], []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{SECRET}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        self.server.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *words) -> None:
        """Say nothing."""


@pytest.fixture
def chat(monkeypatch) -> Iterator[Chat]:
    server = Chat()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("DESK_WEBHOOK", server.address)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_post_is_slacks_json(chat):
    webhook.post("DESK_WEBHOOK", "[nightshift][demo] FAILED: a < b & c")
    assert chat.posted == [{"text": "[nightshift][demo] FAILED: a &lt; b &amp; c"}]
    assert chat.paths == [f"/{SECRET}"]


@pytest.mark.parametrize("answer", [302, 400, 404, 500])
def test_what_is_not_taken_is_an_error_without_the_address_and_no_redirect_is_followed(chat, answer, caplog):
    chat.answer = answer
    with caplog.at_level(logging.DEBUG), pytest.raises(OSError, match=f"it answered {answer}") as error:
        webhook.post("DESK_WEBHOOK", "a line")
    assert len(chat.paths) == 1
    assert "s3cr3tvalue" not in str(error.value) + caplog.text
    assert error.value.__suppress_context__
    assert isinstance(error.value, webhook.PostRefused) is (answer == 400)


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", f"slack:{SECRET}"])
def test_what_is_no_web_address_is_refused_without_telling_it(monkeypatch, address):
    monkeypatch.setenv("DESK_WEBHOOK", address)
    with pytest.raises(OSError, match="expected a web address in DESK_WEBHOOK") as error:
        webhook.post("DESK_WEBHOOK", "a line")
    assert SECRET not in str(error.value)


def test_nobody_is_waited_for_longer_than_the_limit(monkeypatch):
    monkeypatch.setattr(webhook, "TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("DESK_WEBHOOK", f"http://127.0.0.1:{deaf.getsockname()[1]}/{SECRET}")
        with pytest.raises(OSError, match=r"it did not answer \(TimeoutError\)") as error:
            webhook.post("DESK_WEBHOOK", "a line")
    assert SECRET not in str(error.value)


def test_an_address_in_the_market_file_is_refused_without_telling_it():
    with pytest.raises(ConfigError) as refused:
        validated(Alerts, {"webhook": f"https://hooks.example.com/{SECRET}"}, "demo.yaml: alerts")
    assert "s3cr3tvalue" not in str(refused.value)
    assert "the name of an environment variable with WEBHOOK in it" in str(refused.value)
    assert Alerts(webhook="DESK_WEBHOOK").webhook == "DESK_WEBHOOK"


def test_late_comes_before_silent():
    with pytest.raises(ConfigError, match="late_after_hours of at most silent_after_hours"):
        validated(Alerts, {"late_after_hours": 9, "silent_after_hours": 8}, "demo.yaml")
