"""One Airflow home for the real nights of this folder, and small simulated markets to run them on."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

PROJECT = Path(__file__).resolve().parents[2]
MARKET = """
market: {name}
title: Small simulated market
calendar: XNYS
source: {{kind: simulated, symbols: 8, first_session: 2024-01-02, seed: 7, signal: {signal}}}
quality: {quality}
columns: [log_return_1, log_return_5, rsi_14, macd_histogram, volume_ratio_20]
families:
  - {{name: logistic}}
  - {{name: lightgbm}}
schedule: {{retries: 0, retry_delay_minutes: 0}}
gates:
  - {{metric: accuracy, must_be: at_least, limit: 0.58}}
  - {{metric: accuracy, must_be: above_naive_by, limit: 0.02}}
  - {{metric: sharpe_annual, must_be: above_champion_by, limit: 0.0}}
"""
PLANTED = "{kind: linear, strength: 0.8}"


@dataclass
class Desk:
    """A home, a folder of markets, a mail server, and the command line a user has."""

    home: Path
    markets: Path
    environ: dict[str, str]
    subjects: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)

    def market(self, name: str, signal: str = PLANTED, quality: str = "{}") -> str:
        """A small market file."""
        (self.markets / f"{name}.yaml").write_text(MARKET.format(name=name, signal=signal, quality=quality))
        return name

    def dags_test(self, dag_id: str, *more: str) -> subprocess.CompletedProcess:
        """`airflow dags test`, as a user types it."""
        command = [sys.executable, str(PROJECT / "scripts" / "airflow_here.py"), "dags", "test", dag_id, *more]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=400, check=False)

    def nightshift(self, *arguments: str) -> subprocess.CompletedProcess:
        """The CLI."""
        command = [str(Path(sys.executable).parent / "nightshift"), *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, timeout=120, check=False)

    def served(self, market: str) -> str | None:
        """The release that the pointer leads to."""
        pointer = self.home / market / "serving"
        return pointer.resolve().name if pointer.is_symlink() else None

    async def handle_DATA(self, server, session, envelope) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(message["subject"])
        self.bodies.append(message.get_body(("plain",)).get_content())
        return "250 OK"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    """A desk for one file of nights, in the order they are written."""
    place = tmp_path_factory.mktemp("desk")
    (place / "markets").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = {"disable_ssl": True, "disable_tls": True, "timeout": 5}
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")} | {
        "NIGHTSHIFT_HOME": str(place / "home"),
        "NIGHTSHIFT_MARKETS": str(place / "markets"),
        "NIGHTSHIFT_AIRFLOW": str(place / "airflow"),
        "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps({"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": plain}),
    }
    desk = Desk(place / "home", place / "markets", environ)
    server = Controller(desk, hostname="127.0.0.1", port=port)
    server.start()
    yield desk
    with contextlib.suppress(AssertionError):
        server.stop()
