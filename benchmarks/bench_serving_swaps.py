"""Deploys and rollbacks under load: what clients of the service notice of them. `python benchmarks/bench_serving_swaps.py [100]`

A real service process on the recorded market, 16 clients that ask 200 times a second together, each with a connection of its own.
Every second release is LightGBM's, every other one the logistic regression's; an answer is a mixture when its scores are not those of
the version that it names. Prints a table; exits 1 when an answer was lost, mixed, or not a 2xx.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
STORE = PROJECT / "tests" / "recorded" / "released_market" / "store.tar.xz"
CLIENTS, PER_SECOND = 16, 200.0
STEADY_S = 15.0


@dataclass
class Seen:
    """What the clients saw."""

    milliseconds: list[tuple[float, float]] = field(default_factory=list)  # (when it was asked, how long it took)
    failures: list[str] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=dict)  # version -> what it answers
    first_seen: dict[str, float] = field(default_factory=dict)  # version -> when it was answered by last time it went live
    version: str = ""


async def client(number: int, port: int, question: bytes, seen: Seen, ended: asyncio.Event) -> None:
    """One connection, asking at its pace until the end; a connection that is lost is a failure, and opened again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    every_s, turn = CLIENTS / PER_SECOND, time.perf_counter() + number / PER_SECOND
    while not ended.is_set():
        await asyncio.sleep(max(turn - time.perf_counter(), 0))
        turn += every_s
        asked = time.perf_counter()
        try:
            writer.write(question)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            body = await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError) as lost:
            seen.failures.append(f"lost: {type(lost).__name__}")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        seen.milliseconds.append((asked, 1000 * (time.perf_counter() - asked)))
        _look(head, body, seen)
    writer.close()


def _look(head: str, body: bytes, seen: Seen) -> None:
    if not head.startswith("http/1.1 2"):
        seen.failures.append(head.splitlines()[0])
        return
    facts = json.loads(body)
    version, scores = facts["model_version"], facts["outputs"][0]["data"]
    family = facts["parameters"]["family"]
    if f"x-nightshift-version: {version}" not in head or seen.scores.setdefault(family, scores) != scores:
        seen.failures.append("mixed")
    if version != seen.version:
        seen.version = version
        seen.first_seen[version] = time.perf_counter()


def promoted(number: int) -> str:
    """One version more, with the model of 1.0.0 or of 1.0.1 in turn; what `promote` writes, without a night of hours before it."""
    from nightshift.nouns.ledger_entry import Change
    from nightshift.nouns.release import Release
    from nightshift.release import settling
    from nightshift.storage import addresses, ledger, store

    source, version = f"1.0.{number % 2}", f"1.1.{number}"
    model, live = ledger.promotion("demo", source), ledger.live("demo")
    assert model is not None
    assert live is not None
    where = addresses.release("demo", version)

    def fill(folder: Path) -> None:
        shutil.copytree(store.path(model.release), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(store.SEAL))
        Release.read(store.path(model.release)).model_copy(update={"version": version}).write(folder)

    store.write(where, fill)
    facts = {name: getattr(model, name) for name in Change.model_fields}
    change = Change(
        **facts | {"kind": "force", "version": version, "release": where, "night": f"demo/nights/made-{number}", "session": live.session}
    )
    ledger.append(change, at=dt.datetime.now(dt.UTC), expected_live=live.version)
    settling.settle("demo")
    return version


def rolled_back() -> str:
    """What `rollback` writes; its own first load, in another process, has nothing to do with the service."""
    from nightshift.release import settling
    from nightshift.release.served_again import again
    from nightshift.storage import ledger
    from nightshift.storage.ledger_lineage import previous_among

    entries, live = ledger.entries("demo"), ledger.live("demo")
    assert live is not None
    target = ledger.promotion("demo", str(previous_among(entries)))
    assert target is not None
    ledger.append(again(target, "bench", "a trial"), at=dt.datetime.now(dt.UTC), expected_live=live.version)
    settling.settle("demo")
    return target.version


async def swaps(seen: Seen, n_deploys: int) -> list[float]:
    """So many deploys, each taken back; returns the seconds until clients were answered by what had gone live."""
    visible = []
    for number in range(n_deploys):
        for act in (lambda number=number: promoted(number), rolled_back):
            version = await asyncio.to_thread(act)
            done = time.perf_counter()
            while seen.version != version:
                if time.perf_counter() - done > 60:
                    raise SystemExit(f"{version} is not answered by after a minute")
                await asyncio.sleep(0.01)
            visible.append(max(seen.first_seen[version] - done, 0.0))
        if number % 10 == 9:
            sys.stderr.write(f"{number + 1} deploys and rollbacks\n")
    return visible


async def measured(port: int, n_deploys: int) -> tuple[Seen, float, list[float]]:
    """Clients ask; after a steady while the releases change."""
    seen, ended = Seen(), asyncio.Event()
    facts = json.loads(await asyncio.to_thread(_get, port, "/v2/models/demo"))
    n = facts["inputs"][0]["shape"][1]
    rows = np.random.default_rng(7).normal(size=(4, n)).round(4)
    body = json.dumps({"inputs": [{"name": "rows", "shape": [4, n], "datatype": "FP32", "data": rows.tolist()}]}).encode()
    question = b"POST /v2/models/demo/infer HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    clients = [asyncio.create_task(client(number, port, question, seen, ended)) for number in range(CLIENTS)]
    await asyncio.sleep(STEADY_S)
    began = time.perf_counter()
    visible = await swaps(seen, n_deploys)
    ended.set()
    await asyncio.gather(*clients)
    return seen, began, visible


def _get(port: int, path: str) -> bytes:
    from urllib.request import urlopen

    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return bytes(answer.read())


def _started(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "nightshift.commands.cli", "serve", "--market", "demo", "--port", str(port), "--max-rate", "100000"]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            _get(port, "/v2/health/ready")
        except OSError:
            time.sleep(0.1)
        else:
            return service
    raise SystemExit("the service is not ready after a minute")


def main(n_deploys: int) -> int:
    """Print what was measured."""
    with tempfile.TemporaryDirectory(prefix="nightshift-swaps-") as folder:
        with tarfile.open(STORE) as packed:
            packed.extractall(folder, filter="data")
        market = Path(folder) / "markets" / "demo.yaml"
        market.write_text(market.read_text() + "serving: {when_stale: flag}\n")
        os.environ |= {"NIGHTSHIFT_HOME": f"{folder}/home", "NIGHTSHIFT_MARKETS": f"{folder}/markets"}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        service = _started(port)
        try:
            seen, began, visible = asyncio.run(measured(port, n_deploys))
        finally:
            service.send_signal(signal.SIGINT)
            service.wait(30)
    return _told(seen, began, visible, n_deploys)


def _told(seen: Seen, began: float, visible: list[float], n_deploys: int) -> int:
    steady = [ms for when, ms in seen.milliseconds if when < began]
    during = [ms for when, ms in seen.milliseconds if when >= began]
    lines = (
        ("deploys, rollbacks", f"{n_deploys}, {n_deploys}"),
        ("requests", f"{len(seen.milliseconds)} by {CLIENTS} clients, {PER_SECOND:g} a second"),
        ("not a 2xx, lost or mixed", f"{len(seen.failures)} {sorted(set(seen.failures))[:3] if seen.failures else ''}"),
        ("p50 steady, during", f"{np.percentile(steady, 50):.2f}, {np.percentile(during, 50):.2f} ms"),
        ("p99 steady, during", f"{np.percentile(steady, 99):.2f}, {np.percentile(during, 99):.2f} ms"),
        ("ratio of the p99", f"{np.percentile(during, 99) / np.percentile(steady, 99):.2f}"),
        ("visible after", f"{np.median(visible):.2f} s in the middle, {max(visible):.2f} s at most"),
    )
    sys.stdout.write("\n".join(f"{name:28} {value}" for name, value in lines) + "\n")
    return 1 if seen.failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
