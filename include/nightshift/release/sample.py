"""A few rows with the scores that training gave them, kept inside the release: it can prove itself anywhere, without the night."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nightshift.nouns.panel import Panel, Rows
from nightshift.nouns.scores import Scores

ROWS = 500  # enough to reach most leaves of a tree; a few hundred kilobytes
SESSIONS_MIN, SESSIONS_MAX = 3, 60
FILE = "sample.npz"


def write(file: Path, trained: Scores, warmup_sessions: int) -> None:
    """The last few test sessions of `trained`, with as many sessions before them as the family reads."""
    asked = -(-ROWS // len(trained.rows.panel.symbols))
    chosen = trained.parts["test"].last_sessions(min(max(asked, SESSIONS_MIN), SESSIONS_MAX))
    panel = chosen.rows.panel
    first = max(int(chosen.rows.session.min()) - warmup_sessions, 0)
    last = int(chosen.rows.session.max()) + 1
    np.savez_compressed(
        file,
        symbols=np.array(panel.symbols, dtype=str),
        sessions=panel.sessions[first:last],
        names=np.array(panel.names, dtype=str),
        values=panel.values[:, first:last],
        row_symbol=chosen.rows.symbol,
        row_session=chosen.rows.session - first,
        score=chosen.score,
    )


def read(file: Path) -> Scores:
    """The sample as rows on its own small panel."""
    with np.load(file, allow_pickle=False) as held:
        panel = Panel(
            symbols=tuple(held["symbols"].tolist()),
            sessions=held["sessions"],
            names=tuple(held["names"].tolist()),
            values=held["values"],
            label=np.full(held["values"].shape[:2], np.nan),
            label_reach=0,
        )
        rows = Rows(panel, held["row_symbol"].astype(np.int32), held["row_session"].astype(np.int32))
        return Scores(rows, np.full(len(rows), "test"), held["score"])
