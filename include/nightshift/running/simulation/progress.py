"""How far a simulation is, in a line every few seconds."""

from __future__ import annotations

import logging
import time

LOG = logging.getLogger("nightshift")
SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Counts what is done of a work, and says how long the rest will take at the pace so far."""

    def __init__(self, work: str, n_nights: int) -> None:
        self.work, self.n_nights, self.done = work, n_nights, 0
        self.began = self.said = time.monotonic()

    def one_more(self, session: str) -> None:
        """The night of a session is done."""
        self.done += 1
        now = time.monotonic()
        if now - self.said < SECONDS_BETWEEN_LINES and self.done < self.n_nights:
            return
        self.said = now
        left = (now - self.began) / self.done * (self.n_nights - self.done) / 60
        LOG.info("%s: %s, %d of %d nights, about %.0f min to go", self.work, session, self.done, self.n_nights, left)
