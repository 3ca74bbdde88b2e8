"""Who is due an answer for the newest session, and who gets one: a release that says nothing of it serves nobody."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.nouns.release import Latest, ReleaseColumns
from nightshift.nouns.signals import Signals


def due(bars: Bars, columns: ReleaseColumns) -> tuple[str, ...]:
    """Members that have a bar in the newest session, and as many before it as the release's columns need."""
    enough = bars.present.sum(axis=1) > max(columns.warmup_sessions.values(), default=0)
    return tuple(bars.symbols[row] for row in np.flatnonzero(bars.eligible[:, -1] & enough))


def latest(signals: Signals, due: tuple[str, ...]) -> Latest:
    """What is answered for the newest session, and who is not that should be."""
    answered = signals.answered
    given = {symbol for symbol, known in zip(signals.symbols, answered.tolist(), strict=True) if known}
    return Latest(
        rows=len(given),
        finite=bool(np.isfinite(signals.score[answered]).all()),
        session=str(signals.session),
        due=len(due),
        unanswered=tuple(symbol for symbol in due if symbol not in given),
    )
