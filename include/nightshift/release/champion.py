"""What a market serves, as facts, and what it would have said about tonight's rows."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from nightshift.errors import ReleaseRefused
from nightshift.nouns.panel import Panel
from nightshift.nouns.scores import Scores
from nightshift.release.deployment import asked
from nightshift.storage import ledger, store
from nightshift.storage.night import Night


def champion(market: str) -> dict | None:
    """The facts of the release that the ledger says is live, after its bytes were verified; None before the first one."""
    live = ledger.live(market)
    if live is None:
        return None
    if not store.exists(live["release"]):
        raise ReleaseRefused(
            expected=f"version {live['version']} at {live['release']}",
            found="nothing there",
            next_step="the next night's preflight finishes a promotion that was cut off; else nightshift rollback",
        )
    folder = store.open_folder(live["release"])
    columns = store.read_json(folder / "columns.json")["names"]
    return store.read_json(folder / "release.json") | {"address": live["release"], "since": live["at"], "columns": columns}


def score_champion(night: Night, folder: Path) -> None:
    """Write `champion.json` (its version, or why it cannot be judged) and, where it can, its scores."""
    try:
        asked = champion_scores(night)
    except ReleaseRefused as refusal:  # e.g. a column that it needs is gone from the code: the gate abstains, the night stays green
        store.write_json(folder / "champion.json", {"version": None, "left_out": str(refusal)})
        return
    store.write_json(folder / "champion.json", {"version": asked[0] if asked else None, "left_out": ""})
    if asked:
        asked[1].write(folder)


def champion_scores(night: Night) -> tuple[str, Scores] | None:
    """(version, scores) of the champion on the night's panel from the first validation session on, by the champion's own columns.

    None before the first release. A damaged champion is an error, and stays served.
    """
    from nightshift.data.columns import load_panel, load_split

    served = champion(night.market.market)
    if served is None:
        return None
    kept = night.facts("columns")["store"]
    panel = load_panel(kept)
    return served["version"], predict(served["address"], night, panel, panel.sessions[load_split(kept).validate[0]].astype(object))


def predict(release: str, night: Night, panel: Panel, first_session: dt.date) -> Scores:
    """What any release says of the night's bars from a session on, on the panel's axes, computed in a throw-away process."""
    with tempfile.TemporaryDirectory(prefix="nightshift-") as folder:
        asked("predict", {"release": release, "night": night.address, "first_session": str(first_session), "out": folder})
        return Scores.read(Path(folder), panel)
