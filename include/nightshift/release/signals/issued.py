"""The signals that nights have given: which there are, which are the newest, and which came last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from nightshift.nouns.signals import Signals
from nightshift.nouns.signals_record import SignalsRecord
from nightshift.storage import addresses, store
from nightshift.storage.night import Night

STAGE = "signals"
DRY_RUN, FAILED, PARTIAL = "-dry-run", "-failed", "-partial"


@dataclass(frozen=True, eq=False)
class Issued:
    """What one night said, and where it lies."""

    address: str
    record: SignalsRecord

    @property
    def rows(self) -> Signals | None:
        """The table, verified; None where there is none."""
        return Signals.read(store.open_folder(self.address))


def given(market: str) -> Iterator[Issued]:
    """All of a market's signals, the newest first: by session, then by when they were written."""
    for night in addresses.newest_nights(market):
        yield from of_night(night)


def of_night(night: str) -> list[Issued]:
    """A night's signals, the newest first: there are several where a run was dry first, or what is served changed since."""
    there = store.children(addresses.stage(night, STAGE))
    there.sort(key=lambda where: (store.path(where) / store.SEAL).stat().st_mtime_ns, reverse=True)
    return [Issued(where, SignalsRecord.read(store.path(where))) for where in there]


def at(where: str) -> Issued:
    """The signals at an address."""
    return Issued(where, SignalsRecord.read(store.open_folder(where)))


def newest(market: str, as_of: dt.datetime | None = None) -> Issued | None:
    """The newest signals of what was known at an instant, but for a night on part of the market; None before the first night."""
    known = (one for one in given(market) if as_of is None or one.record.as_of <= as_of)
    return next((one for one in known if PARTIAL not in addresses.name_of(one.address)), None)


def last_time(night: Night, session: dt.date) -> Issued | None:
    """The newest signals, of an earlier session's bars, that somebody could have acted on."""
    served = (one for one in given(night.market.market) if one.record.counts is not None and not one.record.dry_run)
    return next((one for one in served if one.record.session < session), None)
