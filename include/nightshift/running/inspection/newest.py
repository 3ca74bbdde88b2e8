"""The night that a folder can be asked about: its newest session, and how much of the folder has come that far."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift import sessions
from nightshift.data.quality.feed import LISTED_SESSIONS
from nightshift.errors import SourceUnreadable

if TYPE_CHECKING:
    import pyarrow as pa

MANY_FRACTION = 0.5  # of the symbols that the fullest session has: three files that go on for years are not the folder's end


@dataclass(frozen=True)
class Newest:
    """The last session that enough symbols have, when its bars were known, and what lies beyond it."""

    session: dt.date
    known_at: dt.datetime
    symbols_there: int
    symbols_listed: int  # with a bar within a year before it
    last_bar: dt.date
    sessions_later: int  # that only a few symbols have

    @property
    def as_of(self) -> dt.date:
        """The day for `--as-of`, whose end in UTC is after the session's bars were known."""
        return self.known_at.date()


def newest_of(bars: pa.Table, calendar: str, least_coverage: float) -> Newest:
    """The last session on which this share of the listed symbols have a bar, while most of the folder is listed; else the very last."""
    codes = bars["symbol"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    session = bars["session"].to_numpy().astype("datetime64[D]")
    days = sessions.between(calendar, session.min().item(), session.max().item())
    days = days[np.isin(days, session)]
    if not len(days):
        raise SourceUnreadable(
            expected=f"bars on sessions of {calendar}", found=f"{len(bars)} bars, none on one of them", next_step="name another --calendar"
        )
    on_session = np.isin(session, days)
    here = np.zeros((int(codes.max()) + 1, len(days)), dtype=bool)
    here[codes[on_session], np.searchsorted(days, session[on_session])] = True
    there = here.sum(axis=0)
    listed = _listed(here)
    enough = np.flatnonzero((there >= least_coverage * listed) & (there >= MANY_FRACTION * there.max()))
    at = int(enough[-1]) if len(enough) else len(days) - 1
    seen = bars["observed_at"].to_numpy().astype("datetime64[us]")[session == days[at]].max()
    known_at = max(seen.item().replace(tzinfo=dt.UTC), sessions.close_of(calendar, days[at].item()))
    return Newest(days[at].item(), known_at, int(there[at]), int(listed[at]), days[-1].item(), len(days) - 1 - at)


def _listed(here: np.ndarray) -> np.ndarray:
    """Per session, the symbols with a bar within a year up to it."""
    counted = np.cumsum(here, axis=1)
    before = np.zeros_like(counted)
    before[:, LISTED_SESSIONS:] = counted[:, :-LISTED_SESSIONS]
    return (counted > before).sum(axis=0)
