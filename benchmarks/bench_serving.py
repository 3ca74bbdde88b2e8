"""The inference service against `mlflow models serve`, the same LightGBM model, one client, one run. `python benchmarks/bench_serving.py`

Each is a process of its own, asked in turn over one kept connection: a single row, then 5 000 rows. Prints medians and ratios.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
STORE = PROJECT / "tests" / "recorded" / "released_market" / "store.tar.xz"
ROUNDS, SINGLE, BATCH, ROWS = 3, 200, 10, 5000


def main() -> None:
    """Print the race."""
    with tempfile.TemporaryDirectory(prefix="nightshift-race-") as folder:
        with tarfile.open(STORE) as packed:
            packed.extractall(folder, filter="data")
        os.environ |= {"NIGHTSHIFT_HOME": f"{folder}/home", "NIGHTSHIFT_MARKETS": f"{folder}/markets", "MLFLOW_DISABLE_TELEMETRY": "true"}
        columns = _as_mlflow_has_it(Path(folder))
        market = Path(folder) / "markets" / "demo.yaml"
        market.write_text(market.read_text() + "serving: {when_stale: flag}\n")
        ports = _free(), _free()
        running = [_started(command) for command in _commands(folder, *ports)]
        try:
            _wait(ports[0], "/v2/health/ready")
            _wait(ports[1], "/ping")
            _race(ports, columns)
        finally:
            for process in running:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(30)


def _commands(folder: str, our_port: int, their_port: int) -> tuple[list[str], list[str]]:
    programs = Path(sys.executable).parent
    ours = [sys.executable, "-m", "nightshift.commands.cli", "serve", "--market", "demo", "--port", str(our_port), "--max-rate", "100000"]
    theirs = [str(programs / "mlflow"), "models", "serve", "-m", f"{folder}/mlflow", "-p", str(their_port), "--env-manager", "local"]
    return ours, theirs


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    found = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}  # MLflow starts uvicorn by its name
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=os.environ | found)


def _as_mlflow_has_it(folder: Path) -> list[str]:
    """Serve LightGBM's release, and save its very booster as MLflow saves one; returns its columns."""
    import datetime as dt

    import lightgbm
    import mlflow.lightgbm

    from nightshift import release
    from nightshift.config import load_market
    from nightshift.nouns.release import ReleaseColumns
    from nightshift.storage import store

    release.rollback(load_market("demo"), to="1.0.0", who="bench", why="LightGBM's", at=dt.datetime.now(dt.UTC))
    served = store.path("demo/releases/1.0.0")
    mlflow.lightgbm.save_model(
        lightgbm.Booster(model_file=str(served / "model" / "native" / "model.txt")), str(folder / "mlflow"), pip_requirements=["lightgbm"]
    )
    return list(ReleaseColumns.read(served).names)


def _race(ports: tuple[int, int], columns: list[str]) -> None:
    rng = np.random.default_rng(5)
    for n, asked in ((1, SINGLE), (ROWS, BATCH)):
        rows = rng.normal(size=(n, len(columns))).round(5)
        ours = json.dumps({"inputs": [{"name": "rows", "shape": list(rows.shape), "datatype": "FP32", "data": rows.ravel().tolist()}]})
        theirs = json.dumps({"dataframe_split": {"columns": columns, "data": rows.tolist()}})
        ask = (_client(ports[0], "/v2/models/demo/infer", ours), _client(ports[1], "/invocations", theirs))
        said = [
            np.asarray(json.loads(one())["outputs"][0]["data"]) if place == 0 else np.asarray(json.loads(one())["predictions"])
            for place, one in enumerate(ask)
        ]
        if not np.allclose(said[0], said[1], atol=1e-6):
            raise SystemExit("the two do not answer the same")
        body, headers = _binary(rows)
        ask = (*ask, _client(ports[0], "/v2/models/demo/infer", body, headers))
        seconds: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            for place, one in enumerate(ask):
                seconds[place] += [_timed(one) for _ in range(asked)]
        middle = [1000 * float(np.median(taken)) for taken in seconds]
        _told(n, middle, "")
        _told(n, [middle[2], middle[1]], ", in binary")


def _told(n: int, middle: list[float], how: str) -> None:
    name = f"{'a single row' if n == 1 else f'{n} rows'}{how}, p50"
    more = "" if n == 1 else f"   {n / middle[0] * 1000:,.0f} rows a second against {n / middle[1] * 1000:,.0f}"
    sys.stdout.write(f"{name:28} {middle[0]:8.2f} ms against {middle[1]:8.2f} ms: 1 to {middle[1] / middle[0]:.1f}{more}\n")


def _binary(rows: np.ndarray) -> tuple[bytes, dict[str, str]]:
    """The same question with its numbers as bytes behind the JSON, and the answer wanted so: the protocol's own extension."""
    raw = np.ascontiguousarray(rows, "<f4").tobytes()
    tensor = {"name": "rows", "shape": list(rows.shape), "datatype": "FP32", "parameters": {"binary_data_size": len(raw)}}
    head = json.dumps({"inputs": [tensor], "parameters": {"binary_data_output": True}}).encode()
    return head + raw, {"Inference-Header-Content-Length": str(len(head))}


def _client(port: int, path: str, body: str | bytes, headers: Mapping[str, str] = MappingProxyType({})) -> Callable[[], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask() -> bytes:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {told[:300]!r}")
        return told

    return ask


def _timed(ask: Callable[[], bytes]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, path: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"nothing is ready at {port} after two minutes")


if __name__ == "__main__":
    main()
