"""A service as a process: where it listens, and how it ends."""

import http.client
import os
import signal
import socket
import threading
import time
from contextlib import closing

import pytest

from nightshift.errors import ConfigError
from nightshift.nouns.prediction_line import PredictionLine
from nightshift.serving import running
from nightshift.serving.door.listening import Address, bound
from nightshift.storage import store


def test_an_address_that_is_taken_is_refused_in_words():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="Address already in use"):
        bound(Address("127.0.0.1", taken.getsockname()[1]))
    with pytest.raises(ConfigError, match=r"to listen at 192\.0\.2\.1:8100"):
        bound(Address("192.0.2.1", 8100))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_answers_what_came_and_writes_its_log(asked, number):
    """With a real server in this thread, asked and then told to end by another."""
    ask = asked()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = []

    def client():
        for _ in range(12_000):  # two minutes: only a server that answers is told to end
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as there:
                    there.request("GET", "/signals", headers={"X-Request-Id": "last"})
                    answer = there.getresponse()
                    answer.read()
                said.append(answer.status)
                break
            except ConnectionRefusedError:
                time.sleep(0.01)
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    asking = threading.Thread(target=client)
    asking.start()
    running.run(ask.service, Address("127.0.0.1", port))
    asking.join()
    assert said == [200]
    assert [line.request_id for line in PredictionLine.read(store.path("demo/predictions"))] == ["last"]
    assert signal.getsignal(number) is before
