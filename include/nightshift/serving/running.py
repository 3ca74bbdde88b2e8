"""A service as a process: uvicorn, the thread that looks for other releases, the log's writer; all end together."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nightshift.errors import ConfigError, NightshiftError
from nightshift.serving.application import application
from nightshift.serving.door.listening import Address, bound
from nightshift.serving.service import Service

LOG = logging.getLogger("nightshift.serving")
LOOK_EVERY_S = 0.5
DRAIN_S = 20


def refuse_exposed_without_keys(address: Address, service: Service) -> None:
    """Whoever reaches a service without keys may ask it: only this machine may."""
    if address.is_exposed and not service.keys.are_wanted:
        raise ConfigError(
            expected=f"API keys for a service that others reach at {address.host}",
            found="none",
            next_step="nightshift keys new NAME makes one; or listen on 127.0.0.1",
        )


def run(service: Service, address: Address) -> None:
    """Answer until the process is told to end."""
    import uvicorn

    refuse_exposed_without_keys(address, service)
    os.environ.setdefault("NIGHTSHIFT_NICE", "10")  # the first load of the next release, elsewhere, lets requests go first
    socket = bound(address)
    config = uvicorn.Config(
        application(service), log_level="warning", access_log=False, timeout_graceful_shutdown=DRAIN_S, server_header=False
    )
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(service, ended), name="releases", daemon=True)
    service.log.start()
    watcher.start()
    try:
        with _told_to_end():
            uvicorn.Server(config).run(sockets=[socket])
    finally:
        ended.set()
        watcher.join(DRAIN_S)  # it may be waiting for a first load, which ends with this process
        service.log.close()


@contextmanager
def _told_to_end() -> Iterator[None]:
    """uvicorn answers what has come and then raises the signal once more, which would end us before the log is written."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(service: Service, ended: threading.Event) -> None:
    """Look for other releases again and again; what cannot be read now is looked at again."""
    while not ended.is_set():
        try:
            service.refresh()
        except (NightshiftError, OSError) as failure:
            LOG.warning("releases could not be looked for: %s", failure)
        ended.wait(LOOK_EVERY_S)
