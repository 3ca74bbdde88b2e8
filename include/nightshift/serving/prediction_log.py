"""Answers on their way to the log, written by a thread of their own so that no request waits for a disk; bounded in memory and there."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from nightshift.nouns.prediction_line import PredictionLine
from nightshift.serving.counting import Counts
from nightshift.storage import addresses, store

LOG = logging.getLogger("nightshift.serving")
WAITING = 2_000  # lines: some 200 MiB where each is as long as it may be
FILE_BYTES = 16 * 2**20
GATHER_S = 0.1
FILES = 16  # a market: the oldest goes


@dataclass
class PredictionLog:
    """Of one service, for all its markets."""

    counts: Counts
    _waiting: queue.Queue[tuple[str, PredictionLine] | None] = field(default_factory=lambda: queue.Queue(WAITING))
    _closing: threading.Event = field(default_factory=threading.Event)
    _writer: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._writer = threading.Thread(target=self._write_all, name="prediction-log", daemon=True)
        self._writer.start()

    def add(self, market: str, line: PredictionLine) -> None:
        """Leave a line for the writer; where too many wait, it is counted instead."""
        try:
            self._waiting.put_nowait((market, line))
        except queue.Full:
            self.counts.not_logged.labels(market).inc()

    def close(self) -> None:
        """Write what waits, and end."""
        if self._writer is not None:
            self._closing.set()
            self._waiting.put(None)
            self._writer.join()

    def _write_all(self) -> None:
        is_open = True
        while is_open:
            first = self._waiting.get()
            self._closing.wait(GATHER_S)  # a writer that wakes for every line keeps requests waiting
            entries = [first, *self._at_hand()]
            is_open = None not in entries
            self._write([entry for entry in entries if entry is not None])

    def _at_hand(self) -> Iterator[tuple[str, PredictionLine] | None]:
        for _ in range(self._waiting.qsize()):
            yield self._waiting.get_nowait()

    def _write(self, entries: Sequence[tuple[str, PredictionLine]]) -> None:
        for market in dict.fromkeys(market for market, _ in entries):
            lines = [line for of, line in entries if of == market]
            try:
                append(store.path(addresses.predictions(market)), lines)
            except OSError as failure:  # a full disk takes the log, not the answers
                self.counts.not_logged.labels(market).inc(len(lines))
                LOG.warning("%s: %d predictions are not logged: %s", market, len(lines), failure)


def append(folder: Path, lines: Sequence[PredictionLine]) -> None:
    """These lines more; a full file is followed by a new one, and the oldest of too many is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(folder.glob("*.jsonl"))
    last = files[-1] if files and files[-1].stat().st_size < FILE_BYTES else None
    if last is None:
        number = int(files[-1].stem) + 1 if files else 1
        last = folder / f"{number:08}.jsonl"
        for old in files[: max(len(files) + 1 - FILES, 0)]:
            old.unlink()
    with last.open("ab+") as log:
        log.write((b"" if _is_whole(log) else b"\n") + "".join(line.text() for line in lines).encode())


def _is_whole(log: BinaryIO) -> bool:
    """False when a kill or a full disk tore the last line: what is written next must not become a part of it."""
    if not log.seek(0, os.SEEK_END):
        return True
    log.seek(-1, os.SEEK_END)
    return log.read(1) == b"\n"
