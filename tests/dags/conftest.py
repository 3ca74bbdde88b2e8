"""Airflow in a home of its own, a fresh bag of DAGs for each test, and a line of small stand-in stages for the wiring's own tests."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from jsonschema import Draft202012Validator

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def airflow_db() -> Iterator[None]:
    """The metadata database, once for all DAG tests."""
    from airflow.utils.db import initdb

    initdb()
    yield
    from airflow import settings

    settings.dispose_orm()


@pytest.fixture
def dags(airflow_db) -> Callable[[], dict]:
    """Reads the DAG folder anew: `dag.test(run_conf=…)` leaves its conf in the DAG object it ran."""
    from airflow.dag_processing.dagbag import BundleDagBag

    def read() -> dict:
        bag = BundleDagBag(dag_folder=str(PROJECT / "dags"), bundle_path=PROJECT / "dags", bundle_name="dags-folder")
        assert bag.import_errors == {}
        return bag.dags

    return read


class Letters:
    """What arrived at the mail server."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.bodies: list[str] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        from email import message_from_bytes, policy

        message = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(message["subject"])
        self.bodies.append(message.get_body(("plain",)).get_content() + message.get_body(("html",)).get_content())
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch) -> Iterator[Letters]:
    """A real SMTP server on this machine, and Airflow's connection to it."""
    letters = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(letters, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", _smtp_connection(port))
    yield letters
    with contextlib.suppress(AssertionError):  # stop() after a server that already went
        server.stop()


def _smtp_connection(port: int) -> str:
    return json.dumps(
        {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": {"disable_ssl": True, "disable_tls": True, "timeout": 5}}
    )


class Line:
    """Stand-in stages: what was called, what the gate decides, and which stage fails with what."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.arguments: dict[str, tuple] = {}
        self.models: list[str] = []  # what `evaluate` was given
        self.decision = "PROMOTE"
        self.failures: dict[str, list[Exception]] = {}
        self.news = True

    def stand_in(self, stage: Callable, answer: Callable[..., object]) -> Callable:
        """The stage's signature, without its work."""

        @wraps(stage)
        def run(*args, **kwargs):
            self.calls.append(stage.__name__)
            self.arguments[stage.__name__] = (args, kwargs)
            if self.failures.get(stage.__name__):
                raise self.failures[stage.__name__].pop(0)
            return answer(*args, **kwargs)

        return run


@pytest.fixture(scope="session")
def demo_alone(tmp_path_factory) -> Path:
    """A folder with the file of market demo: `dag.test` reads and writes down the DAGs of every market there is, each time."""
    place = tmp_path_factory.mktemp("markets")
    shutil.copy(PROJECT / "include" / "markets" / "demo.yaml", place)
    return place


@pytest.fixture
def line(monkeypatch, nightshift_home, demo_alone) -> Line:
    """The whole line of market demo as stand-ins, wired in where the DAGs look for it; the night itself is a real one."""
    from nightshift.nouns.release import Champion
    from nightshift.nouns.verdict_record import Verdict
    from nightshift.running import stages

    # `dag.test` sleeps a second whenever it only has failures to hand down, and has every form checked a thousand times a run
    sleep, check_schema, right = time.sleep, Draft202012Validator.check_schema, set()

    def once(schema: dict, *more: object) -> None:
        if (text := repr(schema)) not in right:
            check_schema(schema, *more)
            right.add(text)

    monkeypatch.setattr(Draft202012Validator, "check_schema", once)
    monkeypatch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, 0.01)))
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(demo_alone))
    line, opened = Line(), _open_empty_night("demo")
    answers = {
        "preflight": lambda market, as_of: {}, "extract": lambda *a, **k: opened, "check": lambda night: f"{night}/check",
        "listen": lambda opened: _heard(opened, line.news),
        "columns": lambda checked: f"{opened}/columns",
        "hunt_leaks": lambda kept: f"{opened}/leak_hunt",
        "score_yardsticks": lambda kept: f"{opened}/yardsticks",
        "evaluate": lambda kept, models, yardsticks: (line.models.extend(models), f"{opened}/evaluation")[1],
        "train": lambda kept, family: f"{opened}/models/{family}",
        "select": lambda evaluated: f"{opened}/selection",
        "examine": lambda selected: f"{opened}/examination", "gate": lambda selected: f"{opened}/verdict",
        "stage": lambda judged, force=False: f"{opened}/staged", "deployment_test": lambda staged: f"{opened}/deployment_test",
        "promote": lambda tested, **said: f"{opened}/verdict",
        "signals": lambda listened, dry_run: _signals(opened, dry_run=dry_run),
        "report": lambda judged: f"{opened}/report",
        "weekly": lambda market, as_of: _week(),
        "rollback": lambda market, to, who, why: _went_back(who, why),
        "retract": lambda market, version, who, why: _gone(version, who, why),
        "ingest": lambda market, as_of, uri, start=None: {"new": 1, "changed": 0, "unchanged": 2},
    }  # fmt: skip
    for name, answer in answers.items():
        monkeypatch.setattr(stages, name, line.stand_in(getattr(stages, name), answer))
    facts = {"headline": "accuracy 0.66 beats 0.60", "challenger": "xgboost", "champion_version": None}
    monkeypatch.setattr(stages, "decision", lambda where: Verdict(decision=line.decision, **facts))
    monkeypatch.setattr("nightshift.running.heavy.run", lambda stage, arguments, how, timeout_s=None: getattr(stages, stage)(**arguments))
    monkeypatch.setattr("nightshift.release.champion", lambda market: Champion.model_construct(version="1.0.0"))
    return line


@pytest.fixture
def week(line, monkeypatch) -> Callable[..., None]:
    """What the next weekly evaluation finds."""
    from nightshift.running import stages

    def finds(**more: object) -> None:
        monkeypatch.setattr(stages, "weekly", line.stand_in(stages.weekly, lambda market, as_of: _week(**more)))

    return finds


@pytest.fixture
def open_empty_night() -> Callable[[str], str]:
    """Opens a real, empty night of a market and gives its address."""
    return _open_empty_night


def _open_empty_night(market: str) -> str:
    from nightshift import sessions
    from nightshift.config import load_market
    from nightshift.nouns.options import Options
    from nightshift.storage.night import night_of, open_night

    return night_of(open_night(load_market(market), sessions.utc("2026-11-19T21:30:00"), f"{market}/snapshots/none", Options())).address


def _heard(opened: str, has_news: bool) -> str:
    from nightshift.nouns.news_record import NewsRecord
    from nightshift.storage import store

    facts = {"newest_session": "2026-11-18", "rests_on": "demo/nights/2026-11-18-1a2b3c4d", "decision": "REJECT", "served": "1.0.0"}
    heard = NewsRecord(has_news=has_news, why="no bar is newer than 2026-11-18", **facts)
    return store.write(f"{opened}/news", heard.write)


def _signals(opened: str, *, dry_run: bool) -> str:
    import json

    import numpy as np

    from nightshift.nouns.signals import Signals
    from nightshift.nouns.signals_record import SignalsRecord
    from nightshift.release.signals import giving
    from nightshift.storage import store

    kept = PROJECT / "tests" / "nouns" / "kept" / "SignalsRecord.json"
    facts = {"night": opened, "dry_run": dry_run, "version": "1.0.0", "recheck": None}
    record = SignalsRecord.of_facts(json.loads(kept.read_text()) | facts, kept)
    said = Signals(record.session, record.for_session, ("AAA", "BBB"), np.array([0.7, 0.4]), np.array([1.0, 0.0]), *[np.zeros(2)] * 4)
    return store.write(f"{opened}/signals/1.0.0", lambda folder: giving.write(record, said, folder))


def _went_back(who: str, why: str):
    from nightshift.nouns.ledger_entry import LedgerEntry

    return LedgerEntry.model_construct(
        version="1.0.0", previous_version="1.0.1", at="2026-11-20T09:12:30+00:00", who=who, why=why, kind="rollback"
    )


def _gone(version: str, who: str, why: str):
    from nightshift.release import Retracted

    said = _went_back(who, why).model_copy(update={"version": version, "previous_version": version})
    over = said.model_copy(update={"version": "1.0.0", "why": f"it cannot take over from {version}: no manifest.json"})
    return Retracted(said, was_live=True, serves=None, passed_over=(over,), was_cut_off=False)


def _week(**more: object) -> str:
    from nightshift.nouns.week_record import WeekRecord
    from nightshift.storage import store

    week = WeekRecord(
        market="demo", title="Demo", task="classification", session="2026-11-20", as_of="2026-11-21T08:00:00+00:00", nights=5,
        newest_night="", state="not_below", headline="as backtested", **more,
    )  # fmt: skip
    return store.write("demo/weeks/2026-11-20", week.write)
