"""A release that answers: loaded once, asked one request at a time; it and its thread end when the last request lets go of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from nightshift.nouns.panel import Panel, Rows
from nightshift.nouns.release import Release, ReleaseColumns, ReleaseLabel

Answer = TypeVar("Answer")
FEW_ROWS = 16
DAY_ZERO = np.datetime64("2000-01-03", "D")  # rows that are asked about have no day of their own


@dataclass(frozen=True, eq=False)
class ServedModel:
    """One version of a market, as loaded; no two requests meet inside a native library: whoever asks it holds `alone`."""

    market: str
    version: str
    address: str  # of the release's folder
    since: str  # when it went live, UTC
    fitted: Any
    release: Release
    columns: ReleaseColumns
    label: ReleaseLabel
    is_quick: bool = False  # whether a few rows take no longer than handing them to a thread and back
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="answering"))
    alone: threading.Lock = field(default_factory=threading.Lock)

    @property
    def window_sessions(self) -> int:
        """Sessions of a symbol that one answer reads: 1 for a model of single rows."""
        return self.fitted.warmup_sessions + 1

    def most_rows(self, sessions: int) -> int:
        """Rows of one request where it may hold so many sessions: a family that reads a year takes a year's time for each."""
        return max(sessions // self.window_sessions, 1)

    @property
    def answers_rows(self) -> bool:
        """False where an answer looks at the whole market: rows of anybody's own have no place in it."""
        return not self.fitted.reads_market

    def aside(self, ask: Callable[..., Answer], *arguments: Any) -> Future[Answer]:
        """Ask in the model's own thread."""

        def asked() -> Answer:
            with self.alone:
                return ask(*arguments)

        return self.thread.submit(asked)

    async def scores(self, windows: np.ndarray, symbols: tuple[str, ...]) -> np.ndarray:
        """`predict`, without a thread where that is quicker and nobody else is asking."""
        if self.is_quick and len(windows) <= FEW_ROWS and self.alone.acquire(blocking=False):
            try:
                return self.predict(windows, symbols)
            finally:
                self.alone.release()
        return await asyncio.wrap_future(self.aside(self.predict, windows, symbols))

    def predict(self, windows: np.ndarray, symbols: tuple[str, ...]) -> np.ndarray:
        """One score for each of (n, sessions, columns), the columns in the release's order; nothing is kept."""
        n, sessions, _ = windows.shape
        days = DAY_ZERO + np.arange(sessions)
        panel = Panel(symbols, days, self.columns.names, windows, np.full((n, sessions), np.nan), label_reach=0)
        rows = Rows(panel, np.arange(n, dtype=np.int32), np.full(n, sessions - 1, dtype=np.int32))
        return self.fitted.predict(rows)
