"""Timetable: one run a trading session, some minutes after the exchange's own close; half days and holidays as the calendar says.

Where a calendar ends, its usual weekdays go on for a year: a night that starts then says in words what its calendar does not know.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pendulum
from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from nightshift import sessions
from nightshift.errors import ConfigError


class TradingSessions(Timetable):
    """Data interval = (previous close, this close]; the run starts `delay_minutes` after this close."""

    def __init__(self, calendar: str, delay_minutes: int = 30) -> None:
        self.calendar, self.delay_minutes = calendar, int(delay_minutes)
        self.description = f"{self.delay_minutes} minutes after each close of {self.calendar}"

    @property
    def summary(self) -> str:
        """What the list of DAGs shows."""
        return f"{self.calendar} close + {self.delay_minutes} min"

    def serialize(self) -> dict[str, Any]:
        """What the scheduler keeps."""
        return {"calendar": self.calendar, "delay_minutes": self.delay_minutes}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> TradingSessions:
        """The timetable that was kept."""
        return cls(**data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TradingSessions) and self.serialize() == other.serialize()

    def __hash__(self) -> int:
        return hash((self.calendar, self.delay_minutes))

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """A run by hand stands for the last session that was due by then."""
        interval = self._info(self._last_due(run_after)).data_interval
        assert interval is not None
        return interval

    def next_dagrun_info(self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction) -> DagRunInfo | None:
        """The next session's run; without catch-up, what was missed is skipped but for the newest."""
        if last_automated_data_interval is not None:
            done = self._last_closed(last_automated_data_interval.end)
            session = self._following(done)
        elif restriction.earliest is not None:
            session = self._first_closing_from(restriction.earliest)
        else:
            return None
        if session is not None and not restriction.catchup:
            session = max(session, self._last_due(pendulum.now("UTC")))
        if session is None:
            return None
        info = self._info(session)
        return None if restriction.latest is not None and info.run_after > restriction.latest else info

    def _first_closing_from(self, earliest: pendulum.DateTime) -> dt.date | None:
        # by its close, not by its date: midnight UTC is still yesterday's session in New York
        return self._following(self._last_closed(earliest - dt.timedelta(microseconds=1)))

    def _last_due(self, at: dt.datetime) -> dt.date:
        return self._last_closed(at - dt.timedelta(minutes=self.delay_minutes))

    def _last_closed(self, at: dt.datetime) -> dt.date:
        return sessions.last_closed(self.calendar, at, expected=True)

    def _following(self, session: dt.date) -> dt.date | None:
        try:
            return sessions.following(self.calendar, session, expected=True)
        except ConfigError:  # nobody knows days so far ahead
            return None

    def _info(self, session: dt.date) -> DagRunInfo:
        start, end = (self._close(day) for day in (sessions.following(self.calendar, session, -1, expected=True), session))
        return DagRunInfo(run_after=end.add(minutes=self.delay_minutes), data_interval=DataInterval(start, end))

    def _close(self, session: dt.date) -> pendulum.DateTime:
        return pendulum.instance(sessions.close_of(self.calendar, session, expected=True)).in_timezone("UTC")


class TradingSessionsPlugin(AirflowPlugin):
    """Makes the timetable known to Airflow."""

    name = "trading_sessions"
    timetables = [TradingSessions]  # noqa: RUF012  # Airflow's own shape
