"""What every night tells MLflow: itself, the nights that MLflow missed, and what the ledger says of the releases."""

from __future__ import annotations

from nightshift.storage.night import Night
from nightshift.tracking import following, night_runs, server


def track(night: Night) -> str:
    """Write this night, and earlier ones that MLflow missed; returns a note when MLflow did not take them, else nothing.

    MLflow is open then, so the registry is compared with the ledger too: what was deleted or changed there is mended.
    """
    market = night.market.market
    missed = night_runs.untracked(market)
    return server.noted(lambda: _tell(market, missed)) if missed else ""


def _tell(market: str, missed: list[str]) -> None:
    client = server.connected()
    night_runs.track_all(client, missed)
    following.mend(client, market)
