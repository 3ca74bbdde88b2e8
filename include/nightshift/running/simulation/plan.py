"""Which nights are simulated, on which data, and where they are kept: the address moves with data, policy, options and code."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nightshift import sessions
from nightshift.config import Market
from nightshift.data import snapshot
from nightshift.errors import ConfigError
from nightshift.storage import addresses, fingerprints, store

LEAST_NIGHTS = 2


@dataclass(frozen=True)
class Plan:
    """A simulation that was asked for."""

    market: Market  # with the families that are simulated
    snapshot: str  # what was known after the last night
    sessions: tuple[str, ...]  # ISO; from the first night's to the last's
    every: int  # sessions from one night to the next

    @property
    def nights(self) -> tuple[str, ...]:
        """The sessions after which there is a night."""
        return self.sessions[:: self.every]

    @cached_property
    def key(self) -> str:
        """What it is kept under."""
        span = [self.sessions[0], self.sessions[-1], self.every]
        return store.fingerprint([self.snapshot, fingerprints.policy(self.market), span, fingerprints.of(fingerprints.SIMULATION)])[:16]

    def where(self, *name: str) -> str:
        """An address inside the simulation."""
        return addresses.simulated(self.market.market, self.key, *name)

    def fit(self, session: str, family: str) -> str:
        """The address of one family of one night."""
        return self.where("fits", session, family)

    def as_of(self, session: str) -> dt.datetime:
        """When the night of a session would have run."""
        return as_of(self.market, dt.date.fromisoformat(session))

    def facts(self) -> dict[str, Any]:  # for a process of its own
        """The plan as JSON can hold it."""
        return {
            "market": self.market.model_dump(mode="json"), "snapshot": self.snapshot, "sessions": list(self.sessions), "every": self.every,
        }  # fmt: skip

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> Plan:
        """The plan that `facts` wrote down."""
        return cls(Market.model_validate(facts["market"]), facts["snapshot"], tuple(facts["sessions"]), facts["every"])


def as_of(market: Market, session: dt.date) -> dt.datetime:
    """When a market's night of a session runs."""
    return sessions.close_of(market.calendar, session) + dt.timedelta(minutes=market.schedule.delay_minutes)


def plan_of(market: Market, first: dt.date, last: dt.date, every: int = 1) -> Plan:
    """The plan of these sessions, its data taken as it was known after the last of them."""
    days = sessions.between(market.calendar, first, last)
    if len(days[::every]) < LEAST_NIGHTS:
        raise _too_few(f"{len(days[::every])} from {first} to {last}")
    taken = snapshot.take(market, as_of(market, days[-1].item()))
    there = set(snapshot.bars(snapshot.table(taken)).sessions.tolist())  # a session on which nobody had a bar brings no night
    nights = tuple(str(day) for day in days if day.item() in there)
    if len(nights[::every]) < LEAST_NIGHTS:
        raise _too_few(f"bars on {len(nights)} sessions from {first} to {last}")
    return Plan(market, taken, nights, every)


def with_families(market: Market, families: tuple[str, ...]) -> Market:
    """The market as if its file named only these families; none: all of them."""
    return market.model_copy(update={"families": tuple(market.family(name) for name in families)}) if families else market


def _too_few(found: str) -> ConfigError:
    return ConfigError(
        expected=f"at least {LEAST_NIGHTS} nights to simulate", found=found, next_step="choose an earlier --from or a later --to"
    )
