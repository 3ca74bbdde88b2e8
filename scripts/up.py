"""The Airflow UI and scheduler on this machine: what `make up` does. NIGHTSHIFT_PORT=… for another port; Ctrl-C stops it all."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
from airflow_here import BIN, SETTINGS, environment, home, migrate
from apply_settings import apply, read

# Not `airflow standalone`: its log servers listen on every interface, and its SIGTERM leaves the children running.
_PARTS = (["api-server"], ["scheduler", "--skip-serve-logs"], ["dag-processor"], ["triggerer", "--skip-serve-logs"])
_PATIENCE_S = 180
_GRACE_S = 25


def main(port: int) -> int:
    """Start everything, say where it is, and stop all of it when asked to."""
    _refuse_taken(port)
    where = home("up")
    environ = environment(where, port)
    print("Preparing Airflow's database and settings …", flush=True)
    migrate(environ)
    _settings(environ, where)
    password = _password(Path(environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]))
    log = where / "up.log"
    for asked in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(asked, _as_interrupt)
    parts = []
    try:
        with log.open("w") as out:
            # Sessions of their own: a Ctrl-C reaches only us, and we stop everything in order.
            for name in _PARTS:
                command = [BIN / "airflow", *name]
                parts.append(subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True))
        return _serve(parts, port, password, log)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        stop([part.pid for part in parts])
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


def _serve(parts: list[subprocess.Popen], port: int, password: str, log: Path) -> int:
    started = time.monotonic()
    while not _answers(port):
        if any(part.poll() is not None for part in parts) or time.monotonic() - started > _PATIENCE_S:
            print(f"Airflow did not start. The end of {log}:\n{log.read_text()[-3000:]}", file=sys.stderr)
            return 1
        time.sleep(0.5)
    print(f"\n  Airflow   http://127.0.0.1:{port}\n  user      admin\n  password  {password}\n  log       {log}\n", flush=True)
    print("Ctrl-C stops everything.", flush=True)
    while all(part.poll() is None for part in parts):
        time.sleep(1)
    print(f"A part of Airflow ended by itself; stopping the rest. The end of {log}:\n{log.read_text()[-3000:]}", file=sys.stderr)
    return 1


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/version", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _settings(environ: dict[str, str], where: Path) -> None:
    if not SETTINGS.is_file():
        return
    digest = hashlib.sha256(SETTINGS.read_bytes()).hexdigest()
    mark = where / ".settings"
    if mark.is_file() and mark.read_text() == digest:
        return  # what was since changed in the UI stays until the file changes
    for line in apply(read(SETTINGS), environ):
        print(f"  {line}", flush=True)
    mark.write_text(digest)


def _password(file: Path) -> str:
    if not file.is_file():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"admin": secrets.token_urlsafe(12)}))
    return json.loads(file.read_text())["admin"]


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SystemExit(f"expected port {port} of 127.0.0.1 to be free; found it taken; next: NIGHTSHIFT_PORT=8090 make up") from None


def _as_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main(int(os.environ.get("NIGHTSHIFT_PORT") or 8080)))
