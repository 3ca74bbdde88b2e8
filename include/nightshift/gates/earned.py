"""Evidence that accumulates: what a recipe and its opponent earned on each session since the opponent was appointed.

A session enters once, with what was said about it on the first night that it could be judged: a later refit rewrites nothing.
A recipe that is looked at for the first time brings all of its test sessions that neither side learned from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nightshift import sessions
from nightshift.nouns.look import LookEntry


@dataclass(frozen=True)
class Period:
    """The stretch of sessions that one error budget has to last."""

    first: str  # the session of its first look
    until: str  # the first session that belongs to the next budget
    elapsed_sessions: int  # from its first look to tonight
    is_first: bool  # of this opponent


@dataclass(frozen=True, eq=False)
class Earned:
    """Net return fractions by name, on the same sessions in order."""

    sessions: tuple[str, ...]
    of: dict[str, np.ndarray]

    @classmethod
    def nothing(cls) -> Earned:
        """No session yet."""
        return cls((), {})

    @classmethod
    def joined(cls, pieces: Iterable[Earned]) -> Earned:
        """The sessions of all pieces, in order; names that not every piece has are left out."""
        whole = [piece for piece in pieces if piece.sessions]
        if not whole:
            return cls.nothing()
        days = [day for piece in whole for day in piece.sessions]
        order = np.argsort(np.array(days), kind="stable")
        names = [name for name in whole[0].of if all(name in piece.of for piece in whole)]
        of = {name: np.concatenate([piece.of[name] for piece in whole])[order] for name in names}
        return cls(tuple(days[place] for place in order), of)

    def only(self, wanted: Sequence[bool]) -> Earned:
        """Some of its sessions."""
        mask = np.asarray(wanted, dtype=bool)
        days = tuple(day for day, there in zip(self.sessions, mask, strict=True) if there)
        return Earned(days, {name: values[mask] for name, values in self.of.items()})


def period_of(looks: Sequence[LookEntry], calendar: str, session: str, length_sessions: int) -> Period:
    """The running period of the budget against one opponent; a night of an earlier session belongs to the first."""
    began = min((entry.look.period_from for entry in looks), default=session)
    first = dt.date.fromisoformat(began)
    elapsed = len(sessions.between(calendar, first, dt.date.fromisoformat(max(session, began)))) - 1
    number, inside = divmod(max(elapsed, 0), length_sessions)
    start = sessions.following(calendar, first, number * length_sessions) if number else first
    return Period(str(start), str(sessions.expected_following(calendar, start, length_sessions)), inside, number == 0)


def earned_before(looks: Sequence[LookEntry]) -> Earned:
    """What these looks brought, oldest session first."""
    return Earned.joined(
        Earned(entry.look.sessions, {name: np.array(values, dtype=np.float64) for name, values in entry.look.net_returns.items()})
        for entry in looks
    )


def newly_earned(tonight: Earned, before: Earned, period: Period) -> Earned:
    """Tonight's sessions that are not evidence yet; in a later period only sessions of that period count."""
    known = set(before.sessions)
    return tonight.only([day not in known and (period.is_first or day > period.first) for day in tonight.sessions])
