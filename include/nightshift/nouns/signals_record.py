"""What a night's signals are: whose answer, from which bars, for which session and until when it is good."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from nightshift.nouns.live_parity import LiveParity
from nightshift.nouns.record import Instant, Noun, Number, Record


class SignalCounts(Noun):
    """The signals in a few numbers."""

    symbols: int  # that trade in the newest session
    answered: int
    long: int
    short: int
    gross_fraction: float  # of the equity
    net_fraction: float
    turnover_fraction: float  # of the equity, from the previous positions to these
    cost_bps: float  # of the equity, expected
    cost_amount: float  # the same of the market's capital


class ChangedSignal(Noun):
    """A symbol whose answer of last time is not what is answered now for that same session."""

    symbol: str
    score_then: Number
    score_now: Number
    position_then: float
    position_now: float
    cause: str


class Recheck(Noun):
    """Last time's signals, made again from tonight's bars as of their session."""

    session: str
    version: str
    symbols: int
    equal: bool
    cause: str  # one sentence; empty where they are equal
    changed: int  # symbols
    worst: tuple[ChangedSignal, ...]  # the first of them


class SignalsRecord(Record):
    """Beside `signals.parquet`, where a model is served."""

    FILE: ClassVar[str] = "signals_record.json"

    market: str
    night: str  # address
    bars: str  # the night whose clean bars were read: this one, or what it rests on; empty without signals
    as_of: Instant
    dry_run: bool
    version: str | None  # none: nothing is served
    why_none: str  # one sentence: why there are no signals; empty where there are
    release: str  # address; empty without a version
    family: str
    served_since: str
    learned_until: str | None
    session: dt.date  # of the newest bars
    for_session: dt.date
    expires_at: Instant
    task: str
    horizon_sessions: int
    strategy: str  # in words
    currency: str
    capital: float
    counts: SignalCounts | None  # none without signals
    tested: LiveParity | None  # of the served release's deployment test; none: an older one did not ask
    recheck: Recheck | None  # of last time's signals; none: there are none

    def is_expired(self, at: dt.datetime) -> bool:
        """True once nobody should act on them."""
        return at > self.expires_at
