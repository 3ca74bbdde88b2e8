"""A week's facts: realised accuracy and net return of what was served, week by week, version by version."""

from __future__ import annotations

import datetime as dt

import numpy as np

from nightshift import sessions
from nightshift.config import Market
from nightshift.nouns.week_record import Realised, WeekRecord
from nightshift.watch.happened import Matured, matured
from nightshift.watch.said import nights_until, said_by
from nightshift.watch.windows import by_session, promised, window

WEEKS = 13
DEGRADED_WEEKS, DEGRADED_OF = 2, 4  # so many weeks below the promise, of the last so many, the latest included


def week_of(market: Market, session: dt.date, as_of: dt.datetime) -> WeekRecord:
    """Everything the weekly page shows; a market that never released anything gets a record that says so."""
    nights = nights_until(market.market, as_of)
    said = said_by(nights)
    bare = WeekRecord(
        market=market.market, title=market.title, task=market.label.task, session=session, as_of=as_of, nights=len(nights),
        newest_night=nights[-1].address if nights else "", state="nothing_released",
        headline="Nothing has been released yet, so there is nothing to look back on." if nights else "No night has run yet.",
    )  # fmt: skip
    return _measured(bare, market, matured(nights[-1], said)) if said else bare


def _measured(bare: WeekRecord, market: Market, found: Matured) -> WeekRecord:
    versions = list(dict.fromkeys(found.versions))
    promises = {version: promised(market, version) for version in versions}
    a_week = sessions.a_week(market.calendar)
    known, recent = found.known_part, found.last(a_week * WEEKS)
    weeks = tuple(window(f"week to {part.sessions[-1]}", part, market, promises) for part in calendar_weeks(recent))
    windows = (
        window(f"last {a_week} sessions", known.last(a_week), market, promises),
        window(f"last {WEEKS} weeks", known.last(a_week * WEEKS), market, promises),
        window("since the first release", known, market, promises),
    )
    realised = {
        "state": windows[0].state, "headline": headline(windows[0], versions[-1]), "windows": windows, "weeks": weeks,
        "versions": tuple(window(version, found.of(version), market, promises) for version in versions), "promised": promises[versions[-1]],
        "sessions": tuple(by_session(recent, market)), "degraded": degraded([one.state for one in weeks]),
        "waiting": int((np.isfinite(found.score) & ~np.isfinite(found.label)).sum()),
    }  # fmt: skip
    return bare.model_copy(update=realised)


def headline(last: Realised, version: str) -> str:
    """One sentence about the last sessions."""
    if last.accuracy is None:
        return f"Version {version} is served; {last.note}."
    promise = last.promised_accuracy
    against = "no accuracy was promised" if promise is None else f"{promise:.1%} was promised at its release"
    who = f"Version {version}" if len(last.versions) == 1 else f"What was served, now version {version},"
    return f"{who} was right {last.accuracy:.1%} of the time on the last {last.sessions} sessions; {against}."


def degraded(states: list[str]) -> bool:
    """True when the latest week and enough of the last few are below the promise.

    >>> degraded(["below", "not_below", "below"]), degraded(["below", "below", "not_below"]), degraded([])
    (True, False, False)
    """
    below = [state == "below" for state in states]
    return bool(below) and below[-1] and sum(below[-DEGRADED_OF:]) >= DEGRADED_WEEKS


def calendar_weeks(found: Matured) -> list[Matured]:
    """Weeks, Monday to Sunday, in which an outcome is known, oldest first."""
    week = (found.sessions.astype(int) + 3) // 7  # day 0, 1970-01-01, was a Thursday
    parts = [found.cut(np.flatnonzero(week == one)) for one in np.unique(week)]
    return [part for part in parts if part.both.any()]
