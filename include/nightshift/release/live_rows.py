"""Who is due an answer for the newest session, and who gets one: a release that says nothing of it serves nobody."""

from __future__ import annotations

from typing import Any

import numpy as np

from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.release import Latest, ReleaseColumns
from nightshift.storage.night import Night


def due(night: Night, columns: ReleaseColumns) -> np.ndarray:
    """True for members that have a bar in the newest session, and as many before it as the release's columns need."""
    from nightshift.data.quality import clean_bars

    bars = clean_bars(night)
    present = bars.present
    return bars.eligible[:, -1] & (present.sum(axis=1) > max(columns.warmup_sessions.values(), default=0))


def latest(fitted: Any, panel: Panel, due: np.ndarray) -> Latest:
    """What is answered for the newest session, and who is not that should be."""
    rows = rows_of(panel, np.array([len(panel.sessions) - 1]), labelled=False)
    answers = np.asarray(fitted.predict(rows), np.float64) if len(rows) else np.empty(0)
    without = np.setdiff1d(np.flatnonzero(due), rows.symbol)
    return Latest(
        rows=len(rows),
        finite=bool(np.isfinite(answers).all()),
        session=str(panel.sessions[-1]),
        due=int(due.sum()),
        unanswered=tuple(panel.symbols[symbol] for symbol in without),
    )
