"""What an assay has lived through so far, piece by piece in the store, and the processes that fill in what is missing."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from nightshift import isolation
from nightshift.config import Market
from nightshift.gates.assayed import policy_of
from nightshift.nouns.lives import Life, Lives
from nightshift.storage import addresses, fingerprints, store

LOG = logging.getLogger("nightshift")


@dataclass(frozen=True)
class Pieces:
    """The sequences of an assay, so many of them kept together: that is what a kill costs."""

    market: Market
    key: str
    at_once: int
    sequences: int

    def missing(self, cases: Sequence[str]) -> dict[str, list[int]]:
        """Case -> the numbers that its missing pieces begin with."""
        todo = {case: [first for first in self._firsts if not store.exists(self._where(case, first))] for case in cases}
        return {case: firsts for case, firsts in todo.items() if firsts}

    def fill(self, target: str, asked: Sequence[dict]) -> None:
        """Have `target` live through what is asked, in a process each, as many at once as there are cores."""
        began, shared = time.monotonic(), {"facts": self.market.model_dump(mode="json"), "key": self.key}
        with ThreadPoolExecutor(cores()) as pool:
            running = [pool.submit(isolation.call, target, {**shared, **one}, None, 1) for one in asked]
            for done, future in enumerate(as_completed(running), 1):
                left = (time.monotonic() - began) / done * (len(running) - done) / 60
                case = future.result()
                LOG.info("assay of %s: %s, %d of %d done, about %.0f min to go", self.market.market, case, done, len(running), left)

    def lives(self, case: str) -> list[Life]:
        """Every life of a case."""
        kept = [Lives.read(store.open_folder(self._where(case, first))) for first in self._firsts]
        return [life for piece in kept for life in piece.lives][: self.sequences]

    @property
    def _firsts(self) -> range:
        return range(0, self.sequences, self.at_once)

    def _where(self, case: str, first: int) -> str:
        return addresses.lives(self.market.market, self.key, piece_name(case, first))


def key_of(market: Market, nights: int, level: str) -> str:
    """Under which sequences are kept: what judges, and how long."""
    judged = [policy_of(market), market.costs.model_dump(mode="json"), market.split.model_dump(mode="json")]
    return store.fingerprint([judged, fingerprints.of(fingerprints.ASSAY), nights, level])[:16]


def piece_name(case: str, first: int) -> str:
    """What a piece is called."""
    return f"{case}-{first:05d}"


def cores() -> int:
    """Processes at once."""
    return max(len(os.sched_getaffinity(0)), 1)
