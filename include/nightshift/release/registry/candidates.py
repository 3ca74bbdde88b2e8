"""What is not a version yet: the challengers of judged nights, in development, or staged and served by nobody."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.nouns.verdict_record import Verdict
from nightshift.release.registry.serving_stages import DEVELOPMENT, STAGING
from nightshift.storage import addresses, ledger, store
from nightshift.storage.night import night_of

_NIGHTS_BACK = 30


@dataclass(frozen=True)
class Candidate:
    """A night's challenger that was not released."""

    night: str
    session: str
    family: str
    stage: str
    headline: str


def candidates(market: str) -> tuple[Candidate, ...]:
    """Of the last thirty nights, newest first."""
    released = {entry.night for entry in ledger.entries(market) if entry.released}
    nights = addresses.opened_nights(market)[-_NIGHTS_BACK:]
    judged = [where for where in reversed(nights) if where not in released and store.exists(addresses.stage(where, "verdict"))]
    return tuple(candidate for where in judged if (candidate := _candidate(where)))


def _candidate(where: str) -> Candidate | None:
    night = night_of(where)
    verdict = night.read(Verdict, "verdict")
    if verdict.challenger is None:
        return None
    stage = STAGING if store.exists(night.stage("staged")) else DEVELOPMENT
    return Candidate(where, str(night.session), verdict.challenger, stage, verdict.headline)
