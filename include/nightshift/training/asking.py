"""What a fitted family says of rows, as scores that are all numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nightshift.errors import TrainingFailed
from nightshift.models import Fitted
from nightshift.nouns.panel import Rows
from nightshift.nouns.scores import Scores


def scores_of(fitted: Fitted, rows: Rows, part: str) -> Scores:
    """One score a row, asked as a whole; a score that is not a number fails the family, naming symbol and session."""
    score = fitted.predict(rows)
    broken = np.flatnonzero(~np.isfinite(score))
    if len(broken):
        first = broken[0]
        where = f"{rows.panel.symbols[rows.symbol[first]]} on {rows.panel.sessions[rows.session[first]]}"
        found = f"{len(broken)} that are not numbers, the first for {where}"
        raise TrainingFailed(
            expected=f"{len(score)} finite scores of {fitted.family}",
            found=found,
            next_step="check its parameters and the columns of that session",
        )
    return Scores(rows, np.full(len(rows), part), score)


def joined(pieces: Sequence[Scores]) -> Scores:
    """Pieces on one panel as one table, in their order."""
    symbol, session = (np.concatenate([getattr(piece.rows, axis) for piece in pieces]) for axis in ("symbol", "session"))
    rows = Rows(pieces[0].rows.panel, symbol, session)
    return Scores(rows, np.concatenate([piece.part for piece in pieces]), np.concatenate([piece.score for piece in pieces]))
