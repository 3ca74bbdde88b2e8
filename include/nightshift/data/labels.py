"""Labels: what happened after a session, as far as the label reaches, and NaN where that is not known yet.

A label at session t looks at bars t … t + reach and at nothing later; it is NaN where one of the bars that it
needs is missing, because dropping only the unlucky half of an outcome would bias what is learned.

    columns look back ……………| t |
                            | t | → outcome over t+1 … t+reach

What is decided at the close of t is filled at the open of t+1. A label with `fill: open` is the outcome from that open to the
open `horizon_sessions` later, so that what is predicted is what is traded, and reaches one session further; with `fill: close`
it is the outcome from the close that the decision saw.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.config import Label
from nightshift.nouns.bars import Bars

_VOLATILITY_SESSIONS = 20  # returns that scale the triple barrier


def label(bars: Bars, choice: Label) -> tuple[np.ndarray, int]:
    """The outcome after every bar of a member, float64 (symbols, sessions), and how many sessions later it looks.

    >>> bars = Bars(("A",), np.arange("2026-11-16", "2026-11-19", dtype="datetime64[D]"), *[np.array([[10.0, 11.0, 11.0]])] * 5)
    >>> label(bars, Label(kind="direction", horizon_sessions=1))
    (array([[ 1.,  0., nan]]), 1)
    """
    outcome = LABELS[choice.kind](bars, choice)
    return outcome if bars.member is None else np.where(bars.member, outcome, np.nan), choice.reach_sessions


def direction(bars: Bars, choice: Label) -> np.ndarray:
    """1 when the price is higher `horizon_sessions` later, 0 when it is lower or the same."""
    return _is_positive(forward_return(bars, choice))


def simple_return(bars: Bars, choice: Label) -> np.ndarray:
    """Price `horizon_sessions` later ÷ price − 1: a fraction, positive when it rose."""
    return forward_return(bars, choice)


def event(bars: Bars, choice: Label) -> np.ndarray:
    """1 when a close (open) within `horizon_sessions` lies at least `event_return_fraction` above this one, else 0.

    Closes, not highs: a limit-up move that was given back by the close is no event that anybody could have kept.
    """
    price = filled_at(bars, choice)
    best = _window(price, choice.horizon_sessions).max(axis=2)  # NaN when one bar of the window is missing
    reached = best / price - 1.0
    return np.where(np.isfinite(reached), reached >= choice.event_return_fraction, np.nan)


def index_direction(bars: Bars, choice: Label) -> np.ndarray:
    """1 when the equal-weight mean return of all members is positive, else 0: one outcome for every symbol of a session."""
    returns = forward_return(bars, choice)
    known = np.isfinite(returns) if bars.member is None else np.isfinite(returns) & bars.member
    sums, counts = np.where(known, returns, 0.0).sum(axis=0), known.sum(axis=0)
    index = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return np.repeat(_is_positive(index)[np.newaxis], len(bars.symbols), axis=0)


def triple_barrier(bars: Bars, choice: Label) -> np.ndarray:
    """1 when the upper barrier is touched before the lower one and before time is up, else 0.

    The barriers lie `barrier_volatilities` standard deviations of the last 20 returns, scaled to the horizon, on
    either side of the close (open). Highs and lows touch, and so does the open at which time is up; when one session
    touches both, the lower counts first, because a daily bar does not say which came first and the pessimist is never
    fooled. Time-out and the lower barrier are both 0: the question asked of a model is whether to be long.
    """
    width = choice.barrier_volatilities * _volatility(bars) * np.sqrt(choice.horizon_sessions)
    price = filled_at(bars, choice)
    highs, lows = (_window(values, choice.horizon_sessions) for values in (bars.high, bars.low))
    if choice.fill == "open":
        last = _later(price, choice.horizon_sessions)[:, :, np.newaxis]
        highs, lows = (np.concatenate([touching, last], axis=2) for touching in (highs, lows))
    upper, lower = (price * np.exp(sign * width) for sign in (1.0, -1.0))
    up_after = _first(highs >= upper[:, :, np.newaxis])
    down_after = _first(lows <= lower[:, :, np.newaxis])
    known = np.isfinite(width) & np.isfinite(price) & np.isfinite(highs).all(axis=2) & np.isfinite(lows).all(axis=2)
    return np.where(known, up_after < down_after, np.nan)


LABELS: dict[str, Callable[[Bars, Label], np.ndarray]] = {
    "direction": direction,
    "return": simple_return,
    "event": event,
    "index_direction": index_direction,
    "triple_barrier": triple_barrier,
}


def filled_at(bars: Bars, choice: Label) -> np.ndarray:
    """The price from which the outcome of a decision at each session's close is reckoned."""
    return bars.close if choice.fill == "close" else _later(bars.open, 1)


def forward_return(bars: Bars, choice: Label) -> np.ndarray:
    """Price `horizon_sessions` later ÷ price − 1; NaN where either is missing."""
    price = filled_at(bars, choice)
    return _later(price, choice.horizon_sessions) / price - 1.0


def _later(values: np.ndarray, n_sessions: int) -> np.ndarray:
    """The value `n_sessions` later, NaN beyond the last."""
    out = np.full(values.shape, np.nan)
    n_known = max(values.shape[1] - n_sessions, 0)
    out[:, :n_known] = values[:, n_sessions:]
    return out


def _is_positive(returns: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(returns), returns > 0, np.nan)


def _window(values: np.ndarray, n_sessions: int) -> np.ndarray:
    """The next `n_sessions` values of every session, (symbols, sessions, n_sessions), NaN beyond the last."""
    padded = np.pad(values[:, 1:], ((0, 0), (0, n_sessions)), constant_values=np.nan)
    return np.lib.stride_tricks.sliding_window_view(padded, n_sessions, axis=1)[:, : values.shape[1]]


def _first(touched: np.ndarray) -> np.ndarray:
    """Index of the first True on the last axis; its length when there is none."""
    return np.where(touched.any(axis=2), touched.argmax(axis=2), touched.shape[2])


def _volatility(bars: Bars) -> np.ndarray:
    """Standard deviation of the last 20 session-to-session log returns; NaN where one of them is missing."""
    out = np.full(bars.shape, np.nan)
    moves = np.diff(np.log(bars.close), axis=1)
    if moves.shape[1] >= _VOLATILITY_SESSIONS:
        out[:, _VOLATILITY_SESSIONS:] = np.lib.stride_tricks.sliding_window_view(moves, _VOLATILITY_SESSIONS, axis=1).std(axis=2)
    return out
