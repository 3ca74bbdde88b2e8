"""Is what a release is fed with at night what it learned from? The last sessions, each as on its own evening, with no more history than
is needed: a warm-up that is declared too short, or a column that looks ahead, has other values there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.nouns.live_parity import LiveParity
from nightshift.nouns.panel import Panel, rows_of
from nightshift.nouns.release import ReleaseColumns
from nightshift.release.score_differences import compared
from nightshift.release.signals.answering import live_panel, scores
from nightshift.release.signals.live_history import Need, live_history

SESSIONS = 3
COLUMN_TOLERANCE = 1e-6  # of a value, or of what its column usually is: a few last bits of float32


@dataclass(frozen=True, eq=False)
class _Evening:
    """One session from live-length history, beside the same of the whole."""

    history_sessions: int
    symbols: tuple[str, ...]
    live: np.ndarray  # (symbols, columns)
    whole: np.ndarray
    live_score: np.ndarray  # (symbols,)
    whole_score: np.ndarray


def live_parity(fitted: Any, columns: ReleaseColumns, bars: Bars, whole: Panel, need: Need) -> LiveParity:
    """The newest sessions of `whole`, whose columns came from all `bars`, against what each evening would have computed."""
    days = whole.sessions[-SESSIONS:]
    evenings = [_evening(fitted, columns, bars.until(day), whole, need) for day in days]
    differ: dict[str, str] = {}
    for day, evening in zip(days, evenings, strict=True):
        differ |= _columns_that_differ(columns.names, evening, str(day))
    live, trained = (np.concatenate(of) for of in zip(*((one.live_score, one.whole_score) for one in evenings), strict=True))
    asked = np.isfinite(live) | np.isfinite(trained)
    return LiveParity(
        sessions=tuple(map(str, days)),
        history_sessions=max(evening.history_sessions for evening in evenings),
        warmup_bars=need.warmup_bars,
        columns_differ=differ,
        scores=compared(live[asked], trained[asked]),
    )


def _evening(fitted: Any, columns: ReleaseColumns, known: Bars, whole: Panel, need: Need) -> _Evening:
    near = live_history(known, need)
    panel = live_panel(near, columns, need)
    place = {symbol: row for row, symbol in enumerate(whole.symbols)}
    rows, at = [place[symbol] for symbol in panel.symbols], int(np.searchsorted(whole.sessions, panel.sessions[-1]))
    asked = rows_of(whole, np.array([at]), labelled=False)
    answered = asked.scattered(fitted.predict(asked) if len(asked) else np.empty(0))[rows, at]
    return _Evening(
        len(near.sessions), panel.symbols, panel.values[:, -1], whole.values[rows, at], scores(fitted, panel, need)[:, -1], answered
    )


def _columns_that_differ(names: tuple[str, ...], evening: _Evening, session: str) -> dict[str, str]:
    """By name: whose value is furthest off."""
    live, whole = evening.live.astype(np.float64), evening.whole.astype(np.float64)
    unlike = np.isnan(live) != np.isnan(whole)
    usual = np.array([np.median(known) if (known := np.abs(of[np.isfinite(of)])).size else 0.0 for of in whole.T])
    off = np.where(unlike, np.inf, np.nan_to_num(np.abs(live - whole)))
    off[off <= COLUMN_TOLERANCE * np.maximum(np.nan_to_num(np.abs(whole)), usual)] = 0.0
    worst = off.argmax(axis=0) if len(off) else np.zeros(len(names), dtype=int)
    return {
        name: f"{evening.symbols[row]} on {session}: {live[row, column]:.9g} where all history gives {whole[row, column]:.9g}"
        for column, (name, row) in enumerate(zip(names, worst.tolist(), strict=True))
        if len(off) and off[row, column] > 0.0
    }
