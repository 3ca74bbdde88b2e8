"""Which release answers for a market: the one that the pointer leads to, once it is verified, loaded and warm; until then the old one.

A request takes the model that is current when it comes and keeps it to its end: no answer is a mixture of two.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field

from nightshift.config import Market
from nightshift.errors import NightshiftError
from nightshift.nouns.release import DeploymentTest, Release
from nightshift.nouns.serving_keys import Stage
from nightshift.serving.counting import Counts
from nightshift.serving.served.freshness import Freshness, freshness, market_of
from nightshift.serving.served.loading import loaded
from nightshift.serving.served.served_model import ServedModel
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import night_of

LOG = logging.getLogger("nightshift.serving")
STAGED = "staged"
LOOKS_UNTIL_AGAIN = 120  # a refused release is tried again a minute later: its file was put back, or the machine was only busy


@dataclass(frozen=True, eq=False)
class Serving:
    """What answers now: a model, the market's file, and how long its answers are good."""

    model: ServedModel
    market: Market
    freshness: Freshness


@dataclass
class Slot:
    """One market's place in a service; `refresh` is called by one thread, everybody else reads `current`."""

    name: str
    stage: Stage
    counts: Counts
    current: Serving | None = None
    failure: str = ""  # why the release that should answer does not; empty: it does
    _refused: str = field(default="", repr=False)  # the address that failed
    _looks_left: int = field(default=0, repr=False)  # until it is tried again

    def refresh(self) -> None:
        """Look where the pointer leads, and swap where that is another release; renew how long answers are good."""
        try:
            self._follow(self._wanted())
            if self.current is not None:
                self.current = _serving(self.current.model)
        except (NightshiftError, OSError) as failure:  # what answers goes on until it expires
            self.failure = str(failure)
            LOG.warning("%s: %s", self.name, failure)

    def observe(self, now: dt.datetime) -> None:
        """The gauges of what answers."""
        if self.current is None:
            return
        since = dt.datetime.fromisoformat(self.current.model.since)
        self.counts.age_seconds.labels(self.name).set((now - since).total_seconds())
        self.counts.expires_in_seconds.labels(self.name).set((self.current.freshness.expires_at - now).total_seconds())

    def _wanted(self) -> str | None:
        served = store.pointed(addresses.serving(self.name))
        return _newest_staged(self.name) or served if self.stage == "staging" else served

    def _follow(self, address: str | None) -> None:
        if address is None:
            self._retire()
        elif self.current is not None and self.current.model.address == address:
            self.failure, self._refused = "", ""
        elif address != self._refused or self._looks_left == 0:
            self._swap(address)
        else:
            self._looks_left -= 1

    def _swap(self, address: str) -> None:
        try:
            release = Release.read(store.path(address))
            version, since = release.version or STAGED, release.promoted_at or release.as_of
            serving = _serving(loaded(self.name, version, address, since))
        except (NightshiftError, OSError) as failure:
            self.failure, self._refused, self._looks_left = str(failure), address, LOOKS_UNTIL_AGAIN
            self.counts.reloads.labels(self.name, "refused").inc()
            LOG.warning("%s: %s does not take over: %s", self.name, address, failure)
            self._retire_what_was_retracted(str(failure))
            return
        before, self.current = self.current, serving
        self.failure, self._refused = "", ""
        self.counts.reloads.labels(self.name, "done").inc()
        self._tell(before, serving)

    def _retire_what_was_retracted(self, failure: str) -> None:
        """What fails keeps the old one, but for one that is never to serve again."""
        if self.current is not None and self.current.model.version in ledger.retractions(self.name):
            self._retire()
            self.failure = failure

    def _retire(self) -> None:
        before, self.current, self.failure = self.current, None, f"nothing of {self.name} is served"
        if before is not None:
            self._tell(before, None)

    def _tell(self, before: Serving | None, after: Serving | None) -> None:
        if before is not None:
            self.counts.served.remove(self.name, before.model.version)
        if after is not None:
            self.counts.served.labels(self.name, after.model.version).set(1)
        else:
            self.counts.age_seconds.remove(self.name)
            self.counts.expires_in_seconds.remove(self.name)
        LOG.info("%s: %s answers in place of %s", self.name, _named(after), _named(before))


def _serving(model: ServedModel) -> Serving:
    market = market_of(model.market, model.release.night)
    return Serving(model, market, freshness(market, dt.date.fromisoformat(model.release.session)))


def _named(serving: Serving | None) -> str:
    return serving.model.version if serving else "nobody"


def _newest_staged(market: str) -> str | None:
    """The newest release that passed its deployment test."""
    for where in addresses.newest_nights(market):
        night = night_of(where)
        if store.exists(night.stage("deployment_test")) and store.exists(night.stage("staged")):
            tested = DeploymentTest.read(store.path(night.stage("deployment_test")))
            return tested.staged if tested.passed else None
    return None
