"""What a market serves, as facts, and what any release says about a night's rows."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from nightshift.errors import ReleaseRefused
from nightshift.nouns.panel import Panel
from nightshift.nouns.release import Champion, Release, ReleaseColumns
from nightshift.nouns.scores import Scores
from nightshift.release.deployment import asked
from nightshift.storage import ledger, store
from nightshift.storage.night import Night


def champion(market: str) -> Champion | None:
    """The release that the ledger says is live, after its bytes were verified; None before the first one."""
    live = ledger.live(market)
    if live is None:
        return None
    if not store.exists(live.release):
        raise ReleaseRefused(
            expected=f"version {live.version} at {live.release}",
            found="nothing there",
            next_step="the next night's preflight finishes a promotion that was cut off; else nightshift rollback",
        )
    folder = store.open_folder(live.release)
    return Champion(
        version=live.version,
        address=live.release,
        since=live.at,
        release=Release.read(folder),
        columns=ReleaseColumns.read(folder),
    )


def predict(release: str, night: Night, panel: Panel, first_session: dt.date) -> Scores:
    """What any release says of the night's bars from a session on, on the panel's axes, computed in a throw-away process."""
    with tempfile.TemporaryDirectory(prefix="nightshift-") as folder:
        asked("predict", {"release": release, "night": night.address, "first_session": str(first_session), "out": folder})
        return Scores.read(Path(folder), panel)
