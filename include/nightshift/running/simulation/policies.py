"""What each policy serves when: the gate's own promotions, and those of policies that ask nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nightshift.nouns.night_roles import HOLD
from nightshift.nouns.simulation_record import Said

GATE, NEVER, ALWAYS, WEEKLY, MONTHLY = "gate", "never", "always", "weekly", "monthly"


@dataclass(frozen=True)
class Change:
    """From the close of a session on, another fit is served."""

    session: str  # whose night fitted and promoted it
    family: str


@dataclass(frozen=True)
class Policy:
    """A rule by which a night's challenger is served."""

    name: str
    says: str
    promotes: Callable[[Said, Sequence[Change]], bool]  # (a night with a challenger, the changes so far)


def _calendar_week(session: str) -> tuple[int, int]:
    """Year and week.

    >>> _calendar_week("2026-01-02") == _calendar_week("2025-12-29")
    True
    """
    return dt.date.fromisoformat(session).isocalendar()[:2]


POLICIES: tuple[Policy, ...] = (
    Policy(GATE, "the market's own gate", lambda night, _: night.outcome == "PROMOTE"),
    Policy(NEVER, "the first night's challenger, never replaced", lambda _, before: not before),
    Policy(ALWAYS, "every night's challenger, without a gate", lambda _night, _before: True),
    Policy(
        WEEKLY, "each week's first challenger, without a gate",
        lambda night, before: not before or _calendar_week(night.session) != _calendar_week(before[-1].session),
    ),
    Policy(
        MONTHLY, "each month's first challenger, without a gate",
        lambda night, before: not before or night.session[:7] != before[-1].session[:7],
    ),
)  # fmt: skip

HOLDING = Policy(HOLD, "every symbol bought once, for comparison", lambda _night, _before: False)


def changes(policy: Policy, nights: Sequence[Said]) -> tuple[Change, ...]:
    """What the policy serves, oldest first.

    >>> said = [Said(session=f"2026-11-{day:02}", outcome="REJECT", challenger="ridge", headline="", version="") for day in (26, 27, 30)]
    >>> [[change.session[-2:] for change in changes(policy, said)] for policy in POLICIES]
    [[], ['26'], ['26', '27', '30'], ['26', '30'], ['26']]
    """
    out: list[Change] = []
    for night in nights:
        if night.challenger and policy.promotes(night, out):
            out.append(Change(night.session, night.challenger))
    return tuple(out)
