"""What is served, told for people: the control room and whoever asks from Python read it."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.errors import NightshiftError
from nightshift.nouns.ledger_entry import LedgerEntry
from nightshift.release.champion import champion
from nightshift.storage import ledger
from nightshift.storage.ledger_lineage import previous_among


@dataclass(frozen=True)
class Status:
    """What a market serves now, by which entry of the ledger, and what it would go back to."""

    market: str
    live: LedgerEntry | None  # none: nothing was released yet
    previous: str | None  # the version that a rollback would serve
    damage: str | None  # why what is live cannot be opened; none: it can


def status(market: str) -> Status:
    """What is served now, after its bytes were verified."""
    known = ledger.entries(market)
    return Status(market, ledger.live(market), previous_among(known), _damage(market))


def _damage(market: str) -> str | None:
    try:
        champion(market)
    except NightshiftError as failure:
        return str(failure)
    return None
