"""What a market serves, as facts, and what any release says about a night's rows."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from nightshift.errors import ReleaseRefused
from nightshift.nouns.dataset import ColumnsRecord, PanelRecord
from nightshift.nouns.panel import Panel
from nightshift.nouns.release import Champion, Release, ReleaseColumns
from nightshift.nouns.scores import Scores
from nightshift.release.deployment import asked
from nightshift.storage import addresses, ledger, store
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


def learned_until(served: Champion) -> str:
    """The last session that anything a release learned from looked at; a release that does not say it may have learned its newest."""
    made = served.release
    return made.learned_until or _split_of(made.night) or made.session


def _split_of(night: str) -> str | None:
    """Where the night's own validation rows end, their labels' reach included, for releases made before they said it themselves."""
    stage = addresses.stage(night, "columns")
    where = ColumnsRecord.read(store.path(stage)).store if store.exists(stage) else ""
    if not where or not store.exists(where):
        return None
    panel = PanelRecord.read(store.path(where))
    after_validation = panel.split.parts["validate"][1]
    return panel.sessions[min(after_validation - 1 + panel.label_reach, len(panel.sessions) - 1)]
