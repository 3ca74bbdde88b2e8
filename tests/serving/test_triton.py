"""A published client of the Open Inference Protocol talks to a real service process, unmodified."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pytest

from nightshift.release import sample
from nightshift.storage import store

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = "tritonclient[http]==2.73.0"  # in an environment of its own: it would hold other packages back


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A Python that has the client; skipped where no package index answers."""
    place, uv = tmp_path_factory.mktemp("client"), Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, place], check=True)
    python = place / "bin" / "python"
    done = subprocess.run([uv, "pip", "install", "--quiet", "--python", python, CLIENT], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{CLIENT} cannot be installed here: {done.stderr[-200:]}")
    return python


@pytest.fixture
def address(released_market):
    market = released_market.parent / "markets" / "demo.yaml"
    market.write_text(market.read_text() + "serving: {when_stale: flag}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "nightshift.commands.cli", "serve", "--market", "demo", "--port", str(port)]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not _is_ready(port):
            assert service.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        service.send_signal(signal.SIGINT)
        assert service.wait(30) == 0


def _is_ready(port):
    try:
        return urlopen(f"http://127.0.0.1:{port}/v2/health/ready", timeout=5).status == 200
    except URLError:
        return False


@pytest.mark.slow
def test_the_client_gets_the_scores_of_training_in_json_and_in_binary(client, address, tmp_path):
    kept = sample.read(store.path("demo/releases/1.0.1") / sample.FILE)
    np.save(tmp_path / "rows.npy", np.ascontiguousarray(kept.rows.table))
    command = [client, Path(__file__).with_name("triton_asks.txt"), address, tmp_path / "rows.npy"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (told["live"], told["ready"], told["model_ready"], told["version"], told["id"]) == (True, True, True, ["1.0.1"], "q1")
    assert told["scores"]["True"] == told["scores"]["False"] == pytest.approx(kept.score.tolist(), abs=1e-12)
    assert "expected a model of this service" in told["refused"]
