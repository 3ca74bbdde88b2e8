"""A service: its markets, who may ask, how much, what it counts, what it logs. One object that routes are given, no globals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nightshift.config import known
from nightshift.errors import ConfigError
from nightshift.nouns.serving_keys import Stage
from nightshift.serving.counting import Counts, counts
from nightshift.serving.door.keys import Keys
from nightshift.serving.door.limits import Limits, Rate, Room
from nightshift.serving.prediction_log import PredictionLog
from nightshift.serving.problems import Problem
from nightshift.serving.served.signal_answers import SignalAnswers
from nightshift.serving.served.swapping import Serving, Slot

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True)
class Service:
    """Everything that answers."""

    slots: Mapping[str, Slot]
    stage: Stage
    clock: Clock
    keys: Keys
    limits: Limits
    counts: Counts
    log: PredictionLog
    rate: Rate
    room: Room
    signals: SignalAnswers = field(default_factory=SignalAnswers)
    shows_docs: bool = True  # to whoever has no key

    def serving(self, market: str, version: str | None = None) -> Serving:
        """What answers for a market now; refused where it is another version than the one asked for."""
        try:
            slot = self.slots[known("model", market, self.slots)]
        except ConfigError as error:
            raise Problem(404, f"expected a model of this service; {error.next_step}", "model") from None
        if slot.current is None:
            raise Problem(503, f"nothing of {market} answers: {'see the log of the service' if slot.failure else 'it is being loaded'}")
        if version is not None and version != slot.current.model.version:
            raise Problem(404, f"expected {slot.current.model.version}, the version that answers; found {version!r}", "version")
        return slot.current

    def refresh(self) -> None:
        """Look for other releases; one market's trouble is its own."""
        for slot in self.slots.values():
            slot.refresh()
            if slot.current is not None:
                self.signals.prepare(slot.current)

    def observe(self) -> None:
        """Renew what is told of age and expiry."""
        now = self.clock()
        for slot in self.slots.values():
            slot.observe(now)


def service(markets: tuple[str, ...], stage: Stage, keys: Keys, limits: Limits, clock: Clock, *, shows_docs: bool = True) -> Service:
    """A service of these markets that has not looked for its releases yet."""
    counted = counts()
    slots = {name: Slot(name, stage, counted) for name in markets}
    log, rate, room = PredictionLog(counted), Rate(limits.requests_per_second), Room(limits.at_once)
    return Service(slots, stage, clock, keys, limits, counted, log, rate, room, shows_docs=shows_docs)
