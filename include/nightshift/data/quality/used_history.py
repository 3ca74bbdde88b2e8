"""From which session on a night's history is used, and which days count as sessions where the calendar does not know so far back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nightshift import sessions

if TYPE_CHECKING:
    from nightshift.data.quality.defects import Rows

BEFORE = "before_first_session"
OBSERVED = "observed_sessions"
SINCE = dt.date(1990, 1, 1)  # unless the market file says otherwise, whatever a calendar knows of earlier years
LOOKED_BACK, LEAST_FRACTION = 20, 0.5  # an observed session has bars of so many symbols, of as many as was usual on the days before


@dataclass(frozen=True, eq=False)
class History:
    """The sessions that count, ascending, and since when."""

    first: dt.date  # rows before it are dropped
    days: np.ndarray  # datetime64[D]: sessions from `first` to the last row
    known_from: dt.date  # before it the days are those observed in the bars
    is_set: bool  # by the market file, not by the calendar

    @property
    def words(self) -> str:
        """What rows are that are dropped for it, after their number."""
        return f"before `first_session: {self.first}`" if self.is_set else f"before the calendar's first session {self.first}"

    def sentences(self, n_before: int) -> dict[str, str]:
        """What is to be said of it, by reason.

        >>> begins = dt.date(1990, 1, 2)
        >>> History(begins, np.array([], dtype="datetime64[D]"), begins, False).sentences(7035)["before_first_session"]
        "7035 rows before the calendar's first session 1990-01-02; set `first_session:` in the market file to use an earlier history"
        """
        hint = "" if self.is_set else "; set `first_session:` in the market file to use an earlier history"
        n_observed = int((self.days < np.datetime64(self.known_from)).sum())
        seen = f"{n_observed} sessions before {self.known_from}, where the calendar begins, are those on which most symbols have a bar"
        said = {BEFORE: f"{n_before} rows {self.words}{hint}" if n_before else "", OBSERVED: seen if n_observed else ""}
        return {reason: sentence for reason, sentence in said.items() if sentence}


def history_of(rows: Rows, calendar: str, first_session: dt.date | None) -> History:
    """The history that these rows may be used for, under the market's calendar and `first_session`."""
    known_from, until = sessions.span(calendar)
    if not len(rows.session):
        return History(first_session or known_from, rows.session, known_from, first_session is not None)
    asked_from = first_session or max(known_from, SINCE)
    last = min(rows.session.max().item(), until)
    known = sessions.between(calendar, max(asked_from, known_from), last)
    earlier = _observed(rows.session, asked_from, known_from) if asked_from < known_from else known[:0]
    days = np.concatenate([earlier, known])
    first = asked_from if first_session or not len(days) else days[0].item()
    return History(first, days, known_from, first_session is not None)


def _observed(session: np.ndarray, first: dt.date, before: dt.date) -> np.ndarray:
    """Days with bars of most symbols, measured by the days before them alone: no later bar changes what a day was."""
    within = session[(session >= np.datetime64(first)) & (session < np.datetime64(before))]
    days, counts = np.unique(within, return_counts=True)
    if not len(days):
        return days
    padded = np.concatenate([np.full(LOOKED_BACK - 1, np.nan), counts.astype(np.float64)])
    usual = np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, LOOKED_BACK), axis=1)
    observed: np.ndarray = days[counts >= LEAST_FRACTION * usual]
    return observed
