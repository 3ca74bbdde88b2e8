"""What a market serves, as facts, and what it would have said about tonight's rows."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.errors import ReleaseRefused
from nightshift.nouns.release import Champion, Release, ReleaseColumns
from nightshift.release.deployment import asked
from nightshift.storage import ledger, store
from nightshift.storage.night import Night

if TYPE_CHECKING:
    import pyarrow as pa


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


def score_champion(night: Night, folder: Path) -> None:
    """Write `champion.json` (its version, or why it cannot be judged) and, where it can, `scores.parquet`."""
    import pyarrow.parquet as pq

    try:
        table = champion_scores(night)
    except ReleaseRefused as refusal:  # e.g. a column that it needs is gone from the code: the gate abstains, the night stays green
        store.write_json(folder / "champion.json", {"version": None, "left_out": str(refusal)})
        return
    version = None if table is None else (table.schema.metadata or {})[b"version"].decode()
    store.write_json(folder / "champion.json", {"version": version, "left_out": ""})
    if table is not None:
        pq.write_table(table, folder / "scores.parquet")


def champion_scores(night: Night) -> pa.Table | None:
    """`symbol, session, score` of the champion on the night's validation, test and latest rows, by the champion's own columns.

    The table's metadata names its version; None before the first release. A damaged champion is an error, and stays served.
    """
    served = champion(night.market.market)
    if served is None:
        return None
    table = predict(served.address, night, _first_validation_session(night))
    return table.replace_schema_metadata({"version": served.version})


def predict(release: str, night: Night, first_session: dt.date) -> pa.Table:
    """`symbol, session, score` of any release on the night's bars from a session on, computed in a throw-away process."""
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory(prefix="nightshift-") as folder:
        out = str(Path(folder) / "scores.parquet")
        asked("predict", {"release": release, "night": night.address, "first_session": str(first_session), "out": out})
        return pq.read_table(out)


def _first_validation_session(night: Night) -> dt.date:
    from nightshift.data.columns import load_panel, load_split

    kept = night.facts("columns")["store"]
    return load_panel(kept).sessions[load_split(kept).validate[0]].astype(object)
