"""Which nights have no answer though they should: by the market's calendar, so that holidays and half days are what they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from nightshift import sessions
from nightshift.config import Market
from nightshift.errors import NightshiftError
from nightshift.storage import addresses
from nightshift.storage.night import night_of
from nightshift.storage.night_state import state_of


@dataclass(frozen=True)
class DueNight:
    """A night that was due, and whether it has an answer."""

    market: str
    session: dt.date
    due: dt.datetime
    word: Literal["answered", "late", "silent"]
    stands: str  # in words; empty: nobody began it


def due_nights(market: Market, now: dt.datetime) -> tuple[DueNight, ...]:
    """The newest night that should have ended, and the newest that should long have; none of a market whose nights have not begun.

    A market is watched from its first night on, and no longer once its history is finished.
    """
    opened = addresses.opened_nights(market.market)
    if not opened or market.schedule.finished_on:
        return ()
    first, delay = _session_of(opened[0]), dt.timedelta(minutes=market.schedule.delay_minutes)
    found: dict[dt.date, DueNight] = {}
    limits: tuple[tuple[Literal["late", "silent"], float], ...] = (
        ("late", market.alerts.late_after_hours), ("silent", market.alerts.silent_after_hours),
    )  # fmt: skip
    for word, hours in limits:
        session = sessions.last_closed(market.calendar, now - delay - dt.timedelta(hours=hours), expected=True)
        if session >= first:
            due = sessions.close_of(market.calendar, session, expected=True) + delay
            answered, stands = _answer([one for one in opened if _session_of(one) == session])
            found[session] = DueNight(market.market, session, due, "answered" if answered else word, stands)
    return tuple(found[session] for session in sorted(found))


def _session_of(night: str) -> dt.date:
    return dt.date.fromisoformat(addresses.name_of(night)[: len("2026-11-19")])


def _answer(nights: list[str]) -> tuple[bool, str]:
    """Whether one of a session's whole nights has an answer, and where the newest stands."""
    stands = ""
    for address in nights:
        try:
            night = night_of(address)
            if night.options.symbols or night.options.families:  # somebody's question, which is not the market's night
                continue
            state = state_of(night)
        except NightshiftError as damage:
            stands = str(damage)
            continue
        stands = state.reason or state.word
        if state.has_ended or state.word == "no new bar":
            return True, stands
    return False, stands
