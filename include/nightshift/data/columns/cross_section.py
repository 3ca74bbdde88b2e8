"""Cross-section: where a symbol stands among the symbols of the same session. These columns need all members of the day."""

from __future__ import annotations

import numpy as np

from nightshift.data.columns import returns, volatility, volume
from nightshift.data.columns.along.shared_work import shared
from nightshift.data.columns.column import column
from nightshift.nouns.bars import Bars

_SESSIONS_A_BLOCK = 64  # so that what is sorted stays in the processor's cache


@column(warmup_sessions=1)
def rank_return_1(bars: Bars) -> np.ndarray:
    """Rank of the 1-bar return among the session's symbols: near 0 for the worst, near 1 for the best."""
    return ranked(of_members(bars, _return_1(bars)))


@column(warmup_sessions=5)
def rank_return_5(bars: Bars) -> np.ndarray:
    """Rank of the 5-bar return among the session's symbols: near 0 for the worst, near 1 for the best."""
    return ranked(of_members(bars, _return_5(bars)))


@column(warmup_sessions=20)
def rank_return_20(bars: Bars) -> np.ndarray:
    """Rank of the 20-bar return among the session's symbols: near 0 for the worst, near 1 for the best."""
    return ranked(of_members(bars, _return_20(bars)))


@column(warmup_sessions=19)
def rank_volume_ratio_20(bars: Bars) -> np.ndarray:
    """Rank of the volume against its own mean among the session's symbols: near 1 for the busiest."""
    return ranked(of_members(bars, volume.volume_ratio_20(bars)))


@column(warmup_sessions=20)
def rank_return_std_20(bars: Bars) -> np.ndarray:
    """Rank of the 20-bar volatility among the session's symbols: near 1 for the wildest."""
    return ranked(of_members(bars, volatility.return_std_20(bars)))


@column(warmup_sessions=1)
def market_return_1(bars: Bars) -> np.ndarray:
    """Mean 1-bar log return of all symbols (equal weights); the same for every symbol of a session."""
    return np.where(bars.present, _market_1(bars), np.nan)


@column(warmup_sessions=20)
def market_return_20(bars: Bars) -> np.ndarray:
    """Mean 20-bar log return of all symbols (equal weights); the same for every symbol of a session."""
    return np.where(bars.present, _market_20(bars), np.nan)


@column(warmup_sessions=1)
def relative_return_1(bars: Bars) -> np.ndarray:
    """1-bar log return above the mean of all symbols; positive when it beat the market."""
    return _return_1(bars) - _market_1(bars)


@column(warmup_sessions=5)
def relative_return_5(bars: Bars) -> np.ndarray:
    """5-bar log return above the mean of all symbols; positive when it beat the market."""
    return _return_5(bars) - mean_of_session(of_members(bars, _return_5(bars)))


@column(warmup_sessions=20)
def relative_return_20(bars: Bars) -> np.ndarray:
    """20-bar log return above the mean of all symbols; positive when it beat the market."""
    return _return_20(bars) - _market_20(bars)


def of_members(bars: Bars, values: np.ndarray) -> np.ndarray:
    """The values of who belongs to the market that day, NaN for the others."""
    return values if bars.member is None else np.where(bars.member, values, np.nan)


def ranked(values: np.ndarray) -> np.ndarray:
    """Rank of every value in its session as a fraction in (0, 1); ties share their mean rank.

    >>> ranked(np.array([[3.0], [1.0], [np.nan], [1.0], [9.0]])).ravel()
    array([0.625, 0.25 ,   nan, 0.25 , 0.875])
    """
    out = np.empty(values.shape)
    for first in range(0, values.shape[1], _SESSIONS_A_BLOCK):
        block = slice(first, first + _SESSIONS_A_BLOCK)
        out[:, block] = _ranked_in_rows(np.ascontiguousarray(values[:, block].T)).T
    return out


def mean_of_session(values: np.ndarray) -> np.ndarray:
    """Mean over the symbols known in each session, (sessions,); NaN where none is.

    >>> mean_of_session(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    by_session = np.ascontiguousarray(values.T)
    known = np.isfinite(by_session)
    counts, in_order = known.sum(axis=1), np.add.accumulate(np.where(known, by_session, 0.0), axis=1)
    # one after the other: the last bit depends neither on how many sessions there are nor on symbols without a bar
    sums = in_order[:, -1] if in_order.size else np.zeros(len(by_session))
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)


def _ranked_in_rows(by_session: np.ndarray) -> np.ndarray:
    n_sessions, n_symbols = by_session.shape
    order = np.argsort(by_session, axis=1)  # NaN sorts last
    order += (np.arange(n_sessions) * n_symbols)[:, np.newaxis]  # places in the flat array
    in_order = by_session.ravel()[order]
    known = np.isfinite(in_order)
    n_known = np.maximum(known.sum(axis=1, keepdims=True), 1)
    out = np.empty(by_session.size)
    out[order] = np.where(known, (_mean_place_of_ties(in_order) + 0.5) / n_known, np.nan)
    return out.reshape(by_session.shape)


def _mean_place_of_ties(in_order: np.ndarray) -> np.ndarray:
    """Position in a sorted row, 0 first; equal neighbours get the middle of their run."""
    n = in_order.shape[1]
    position = np.broadcast_to(np.arange(n), in_order.shape)
    new = np.ones(in_order.shape, dtype=bool)
    new[:, 1:] = in_order[:, 1:] != in_order[:, :-1]
    if new.all():
        return position.astype(np.float64)
    last = np.ones(in_order.shape, dtype=bool)
    last[:, :-1] = new[:, 1:]
    start = np.maximum.accumulate(np.where(new, position, 0), axis=1)
    end = np.minimum.accumulate(np.where(last, position, n - 1)[:, ::-1], axis=1)[:, ::-1]
    return (start + end) / 2.0


@shared
def _return_1(bars: Bars) -> np.ndarray:
    return returns.log_return_1(bars)


@shared
def _return_5(bars: Bars) -> np.ndarray:
    return returns.log_return_5(bars)


@shared
def _return_20(bars: Bars) -> np.ndarray:
    return returns.log_return_20(bars)


@shared
def _market_1(bars: Bars) -> np.ndarray:
    return mean_of_session(of_members(bars, _return_1(bars)))


@shared
def _market_20(bars: Bars) -> np.ndarray:
    return mean_of_session(of_members(bars, _return_20(bars)))
