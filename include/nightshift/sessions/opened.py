"""A calendar, opened: every session it knows and the instant at which each closes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from nightshift.sessions.library import Regular


@dataclass(frozen=True, eq=False)
class Opened:
    """The sessions a calendar knows, ascending, and what is usual for it. Nobody may guess beyond `until`."""

    name: str
    sessions: np.ndarray  # datetime64[D]
    closes: np.ndarray  # datetime64[us], UTC
    until: dt.date  # its holidays are known up to this day
    regular: Regular

    @property
    def first(self) -> dt.date:
        """Its first session."""
        first: dt.date = self.sessions[0].item()
        return first

    def place(self, day: dt.date) -> int:
        """Of the last session not after a day; −1 before the first."""
        import numpy as np

        return int(np.searchsorted(self.sessions, np.datetime64(day, "D"), side="right")) - 1
