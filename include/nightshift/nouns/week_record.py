"""What the served models said, beside what happened and what was promised at their release."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal

from nightshift.nouns.record import Facts, Instant, Noun, Number, Record

State = Literal["below", "not_below", "unknown"]  # below: what was promised lies above what is likely


class Promise(Noun):
    """What a release measured on its test sessions; none where it did not."""

    version: str
    accuracy: Number
    low: Number  # lower end of its interval
    return_a_session: Number  # after costs, a fraction


class Realised(Noun):
    """A stretch of sessions: realised beside promised, or how much evidence is missing."""

    name: str
    first: str  # session; empty: none
    last: str
    versions: tuple[str, ...]
    sessions: int  # with an outcome
    predictions: int  # with an outcome
    said: int  # with and without one
    net_return: Number  # compound, a fraction
    hold_return: Number  # the same sessions with every symbol held
    promised_accuracy: Number
    promised_low: Number
    promised_return: Number
    accuracy: Number = None
    low: Number = None
    high: Number = None
    note: str = ""  # why there is no accuracy
    state: State


class SessionRow(Noun):
    """One session: how many outcomes are known, how often the scores were right, what followed."""

    session: str
    version: str
    predictions: int
    accuracy: Number
    net_return: Number
    hold_return: Number


def _from_1(facts: Facts) -> Facts:
    """Schema 1 said what kind of page it was, and of a market without a release neither promise nor waiting predictions."""
    return {"promised": None, "waiting": 0, **{key: value for key, value in facts.items() if key != "kind"}}


class WeekRecord(Record):
    """A market's week; beside it lies the page."""

    FILE: ClassVar[str] = "weekly.json"
    SCHEMA: ClassVar[int] = 2
    UPGRADES: ClassVar = {1: _from_1}

    market: str
    title: str
    task: Literal["classification", "regression"]
    session: dt.date
    as_of: Instant
    nights: int  # looked at
    newest_night: str  # address; empty: none
    state: State | Literal["nothing_released"]
    headline: str
    windows: tuple[Realised, ...] = ()  # the last sessions first
    weeks: tuple[Realised, ...] = ()  # oldest first
    versions: tuple[Realised, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    degraded: bool = False
    promised: Promise | None = None  # by what is served now; none: nothing is
    waiting: int = 0  # predictions without an outcome yet
