"""`nightshift serve` as it is typed: what it is started with, and what it refuses to start."""

import pytest

from nightshift.commands.cli import main
from nightshift.serving import running
from nightshift.serving.door.limits import Limits
from nightshift.serving.door.listening import Address


@pytest.fixture
def started(monkeypatch, released_market):
    """What was run in place of a service that waits for requests."""
    calls = []
    monkeypatch.setattr(running, "run", lambda served, where: calls.append((served, where)))
    return calls


def test_every_option_reaches_the_service(started, capsys):
    assert main(["serve"]) == 0
    served, where = started.pop()
    assert (where, served.limits, tuple(served.slots), served.stage) == (Address("127.0.0.1", 8100), Limits(), ("demo",), "production")
    words = ["--market", "demo", "--stage", "staging", "--port", "8123", "--max-body-mib", "2", "--max-rows", "5", "--max-rate", "7"]
    assert main(["serve", *words, "--max-at-once", "9"]) == 0
    served, where = started.pop()
    assert (where.port, served.limits, served.stage) == (8123, Limits(2.0, 5, 9, 7.0), "staging")
    assert "http://127.0.0.1:8123" in capsys.readouterr().out


def test_an_exposed_service_without_keys_is_not_started(started, capsys):
    assert main(["serve", "--host", "0.0.0.0"]) == 3
    assert "nightshift keys new NAME" in capsys.readouterr().err
    assert not started
    assert main(["keys", "new", "dashboard"]) == 0
    secret = capsys.readouterr().out.splitlines()[0]
    assert main(["serve", "--host", "0.0.0.0"]) == 0
    served, _ = started.pop()
    assert served.keys.holder(secret, "production") == "dashboard"
    assert not served.shows_docs


def test_a_service_of_nothing_is_not_started(started, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "nowhere"))
    assert main(["serve"]) == 3
    assert "expected a market to answer for; found none" in capsys.readouterr().err
    assert main(["serve", "--market", "nobody"]) == 3
    assert not started
