"""The Airflow UI and scheduler and MLflow's page on this machine: what `make up` does; Ctrl-C stops it all.

NIGHTSHIFT_PORT=… and NIGHTSHIFT_MLFLOW_PORT=… for other ports. Nothing of Airflow waits for MLflow, or ends with it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import mlflow_page
import psutil
import up_home
from airflow_here import BIN, environment, home, migrate

# Not `airflow standalone`: its log servers listen on every interface, and its SIGTERM leaves the children running.
_PARTS = (["api-server"], ["scheduler", "--skip-serve-logs"], ["dag-processor"], ["triggerer", "--skip-serve-logs"])
_PATIENCE_S = 180
_GRACE_S = 25


def main(port: int) -> int:
    """Start everything, say where it is, and stop all of it when asked to."""
    where = home("up")
    environ = environment(where, port)
    page = mlflow_page.port(environ)
    _refuse_taken(port, "NIGHTSHIFT_PORT=8090")
    if page is not None:
        _refuse_taken(page, "NIGHTSHIFT_MLFLOW_PORT=5010")
    print("Preparing Airflow's database and settings …", flush=True)
    migrate(environ)
    up_home.settings(environ, where)
    password = up_home.password(Path(environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]))
    log = where / "up.log"
    for asked in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, _as_interrupt)
    parts, tracking = [], None
    try:
        with log.open("w") as out:
            # Sessions of their own: a Ctrl-C reaches only us, and we stop everything in order.
            for name in _PARTS:
                command = [BIN / "airflow", *name]
                parts.append(subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True))
            tracking = mlflow_page.start(page, environ, out) if page is not None else None
        return _serve(parts, tracking, _Said(port, page, mlflow_page.said(environ), password, log))
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        stop([part.pid for part in (*parts, *((tracking,) if tracking else ()))])
        print("Stopped.", flush=True)


def stop(pids: list[int]) -> None:
    """End these processes and every descendant, gently first; leave nothing behind."""
    family = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            family += [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for pid in pids:
        with suppress(ProcessLookupError):  # gone already
            os.killpg(pid, signal.SIGTERM)
    _, left = psutil.wait_procs(family, timeout=_GRACE_S)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=5)


@dataclass(frozen=True)
class _Said:
    """What is told when everything answers."""

    port: int
    page: int | None  # of MLflow; none: somebody's own server
    mlflow: str
    password: str
    log: Path

    @property
    def end_of_log(self) -> str:
        return f"The end of {self.log}:\n{self.log.read_text()[-3000:]}"


def _serve(parts: list[subprocess.Popen], tracking: subprocess.Popen | None, said: _Said) -> int:
    started = time.monotonic()
    while not _answers(said.port):
        if any(part.poll() is not None for part in parts) or time.monotonic() - started > _PATIENCE_S:
            print(f"Airflow did not start. {said.end_of_log}", file=sys.stderr)
            return 1
        time.sleep(0.5)
    print(f"\n  Airflow   http://127.0.0.1:{said.port}\n  user      admin\n  password  {said.password}", flush=True)
    print(f"  MLflow    {_page_of(tracking, said, started)}\n  log       {said.log}\n\nCtrl-C stops everything.", flush=True)
    while all(part.poll() is None for part in parts):
        if tracking is not None and tracking.poll() is not None:
            print("MLflow's page ended by itself; nights go on, and it is told of them the next time.", file=sys.stderr, flush=True)
            tracking = None
        time.sleep(1)
    print(f"A part of Airflow ended by itself; stopping the rest. {said.end_of_log}", file=sys.stderr)
    return 1


def _page_of(tracking: subprocess.Popen | None, said: _Said, started: float) -> str:
    """MLflow's address when it answers; it is not waited for longer than for Airflow."""
    if said.page is None:
        return said.mlflow
    while tracking is not None and tracking.poll() is None and time.monotonic() - started < _PATIENCE_S:
        if mlflow_page.answers(said.page):
            return said.mlflow
        time.sleep(0.5)
    return f"did not start (see the log); python -m mlflow server --port {said.page} says why"


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/version", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _refuse_taken(port: int, other: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SystemExit(f"expected port {port} of 127.0.0.1 to be free; found it taken; next: {other} make up") from None


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main(int(os.environ.get("NIGHTSHIFT_PORT") or 8080)))
