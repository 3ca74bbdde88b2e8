"""A heavy stage in a container: against a small engine that speaks Docker's API over a socket and runs the command here."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from nightshift.nouns.training import TrainingRecord
from nightshift.storage import store

PROJECT = Path(__file__).resolve().parents[2]
# docker-py leaves the socket of an attached stream to the garbage collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Engine(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Enough of an engine: create, attach, start, wait, remove. `dies` makes containers end without an answer."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        super().__init__(path, Handler)
        self.created: dict[str, dict] = {}
        self.running: dict[str, subprocess.Popen] = {}
        self.started: dict[str, threading.Event] = {}
        self.removed: list[str] = []
        self.dies = False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Engine

    def log_message(self, *args) -> None:
        """Silent."""

    def address_string(self) -> str:
        return "unix"

    def answer(self, facts: object, status: int = 200) -> None:
        body = b"" if status == 204 else facts if isinstance(facts, bytes) else json.dumps(facts).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path.endswith("/version"):
            self.answer({"ApiVersion": "1.43", "Version": "24.0"})
        elif self.path.endswith("/_ping"):
            self.answer(b"OK")
        elif "/images/json" in self.path:
            self.answer([{"Id": "sha256:1", "RepoTags": ["nightshift:latest"]}])
        else:
            self.answer({"Id": self.one(), "Config": {"Tty": False}})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if "/containers/create" in self.path:
            one = f"c{len(self.server.created)}"
            self.server.created[one] = body
            self.server.started[one] = threading.Event()
            self.answer({"Id": one, "Warnings": []}, 201)
        elif "/attach" in self.path:
            self.stream(self.one())
        elif "/start" in self.path:
            self.start(self.one())
            self.answer({}, 204)
        elif "/wait" in self.path:
            self.answer({"StatusCode": self.server.running[self.one()].wait()})

    def do_DELETE(self) -> None:
        self.server.removed.append(self.one())
        self.answer({}, 204)

    def one(self) -> str:
        return re.search(r"/containers/(\w+)", self.path)[1]

    def start(self, one: str) -> None:
        asked = self.server.created[one]
        command = [sys.executable if word == "python" else word for word in asked["Cmd"]]
        command = ["false"] if self.server.dies else command
        environ = {**os.environ, **dict(pair.split("=", 1) for pair in asked["Env"])}
        self.server.running[one] = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.server.started[one].set()

    def stream(self, one: str) -> None:
        self.send_response(101, "UPGRADED")
        self.send_header("Connection", "Upgrade")
        self.send_header("Upgrade", "tcp")
        self.end_headers()
        self.wfile.flush()
        self.server.started[one].wait(30)
        with self.server.running[one].stdout as output:
            for line in output:
                self.wfile.write(struct.pack(">BxxxL", 1, len(line)) + line)
        self.close_connection = True


@pytest.fixture
def engine(tmp_path, monkeypatch) -> Iterator[Engine]:
    path = f"/tmp/ns-{os.getpid()}.sock"  # a socket's name has to be short
    server = Engine(path)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
    Path(path).unlink()
    gc.collect()  # docker-py's sockets, while their warnings are still this module's


@pytest.fixture
def boxed(tmp_path, monkeypatch, line, open_empty_night) -> str:
    """Market demo with two families and `heavy: docker`; its night stands, everything but `train` is a stand-in."""
    from nightshift.running import stages

    text = (PROJECT / "include" / "markets" / "demo.yaml").read_text()
    text = re.sub(r"families:\n(  - .*\n)+", "families:\n  - {name: logistic}\n  - {name: xgboost}\n", text)
    (tmp_path / "boxes").mkdir()
    (tmp_path / "boxes" / "boxed.yaml").write_text(
        text.replace("market: demo", "market: boxed") + "execution: {heavy: docker}\nschedule: {retries: 0}\n"
    )
    monkeypatch.setenv("NIGHTSHIFT_MARKETS", str(tmp_path / "boxes"))
    opened = open_empty_night("boxed")
    monkeypatch.setattr(stages, "extract", line.stand_in(stages.extract, lambda *a, **k: opened))
    monkeypatch.setattr(stages, "columns", line.stand_in(stages.columns, lambda checked: f"{opened}/columns"))
    monkeypatch.setattr(stages, "hunt_leaks", line.stand_in(stages.hunt_leaks, lambda kept: f"{opened}/leak_hunt"))
    return opened


def trained_before(opened: str) -> None:
    """Both families stand already, so that the real stage in the container answers at once."""
    for family in ("logistic", "xgboost"):
        store.write(f"{opened}/models/{family}", TrainingRecord(family=family).write)


def test_the_answer_comes_back_as_a_file_and_the_container_is_removed(dags, line, boxed, engine, mailbox):
    trained_before(boxed)
    run = dags()["boxed_daily_retrain"].test()
    assert str(run.state) == "success"
    assert sorted(line.models) == [f"{boxed}/models/logistic", f"{boxed}/models/xgboost"]
    assert sorted(engine.removed) == sorted(engine.created) == ["c0", "c1"]
    asked = engine.created["c0"]
    assert asked["Labels"] == {"nightshift.market": "boxed", "nightshift.stage": "train"}
    assert asked["User"] == f"{os.getuid()}:{os.getgid()}"
    (mount,) = asked["HostConfig"]["Mounts"]
    assert mount["Target"] == str(store.home())
    assert f"NIGHTSHIFT_HOME={store.home()}" in asked["Env"]
    assert not any("SMTP" in variable for variable in asked["Env"])


def test_an_error_in_the_container_comes_back_as_itself(dags, line, boxed, engine, mailbox):
    run = dags()["boxed_daily_retrain"].test()  # the columns were never written
    assert str(run.state) == "failed"
    assert "Damaged" in mailbox.bodies[0]
    assert len(mailbox.subjects) == 1
    assert len(engine.created) == 2  # one container a family: the same input would fail the same way
    assert sorted(engine.removed) == ["c0", "c1"]


def test_a_container_that_dies_puts_its_family_out_and_the_night_goes_on(dags, line, boxed, engine, mailbox):
    engine.dies = True
    run = dags()["boxed_daily_retrain"].test()
    assert str(run.state) == "success"
    record = TrainingRecord.read(store.open_folder(f"{boxed}/models/logistic"))
    assert "container of train" in record.failed
    assert (record.family, record.task, record.key) == ("logistic", "classification", "")


def test_there_is_a_timeout_on_this_machine():
    assert shutil.which("timeout"), "the container's command starts with it"
