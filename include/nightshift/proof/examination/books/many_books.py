"""Many portfolios walked through their sessions at once: of each of them, to the last bit, the net returns that `held` says of it alone.

A book is a row and its symbols lie side by side, so that what a session needs is added up in the same order as for one book.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation.held import Prices
from nightshift.proof.metrics.ruin import RUIN_FRACTION


def to_be_walked(bars: Bars, costs: Costs) -> np.ndarray:
    """True at the symbols on which no book can go the swift way: a bar is missing, or trades are limited."""
    limited = costs.max_volume_fraction is not None or costs.limit_move_fraction is not None
    return ~((bars.open[:, 1:] > 0) & np.isfinite(bars.close[:, 1:])).all(axis=1) | limited


def walked(market: Prices, aims: Callable[[int], np.ndarray], shape: tuple[int, int], costs: Costs) -> np.ndarray:
    """Net returns (books, sessions) of books of this shape (books, symbols of each).

    The market's arrays are (sessions, books or 1, symbols of each); `aims` are the weights that the books want after a session.
    """
    net = np.zeros((shape[0], len(market.borrow)))
    held, equity = np.zeros(shape), np.full(shape[0], costs.initial_capital)
    with np.errstate(all="ignore"):  # of a book that is ruined nothing is asked any more
        for now in range(1, net.shape[1]):
            earned, held = _session(market, now, held, aims(now - 1), (equity, costs))
            net[:, now] = np.where(equity > 0.0, earned, 0.0)
            equity *= 1.0 + net[:, now]
    return net


def _session(market: Prices, now: int, held: np.ndarray, aim: np.ndarray, means: tuple[np.ndarray, Costs]) -> tuple[np.ndarray, np.ndarray]:
    """What a session earned, and what is held after it."""
    equity, costs = means
    rate = (costs.commission_bps + costs.slippage_bps) / 1e4
    gain = held * (market.overnight[now] - 1.0)
    at_open = 1.0 + gain.sum(axis=1)
    drifted = (held + gain) / at_open[:, None]
    wish = np.where(np.where(aim > drifted, market.buyable[now], market.sellable[now]), aim - drifted, 0.0)
    trade = _traded(wish, drifted, _cap(market, costs, now, equity * at_open), costs.max_leverage)
    lent = market.borrow[now] * np.maximum(-drifted, 0.0)
    paid = 1.0 - (rate * np.abs(trade)).sum(axis=1) - lent.sum(axis=1)
    moved = (drifted + trade) * (market.intraday[now] - 1.0)
    at_close = 1.0 + moved.sum(axis=1)
    net = at_open * paid * at_close - 1.0
    kept = (drifted + trade + moved) / at_close[:, None]
    leaving = np.where(market.ends[now], kept, 0.0)
    left = 1.0 - (rate * np.abs(leaving)).sum(axis=1)
    ruined = np.logical_or.reduce([one <= RUIN_FRACTION for one in (at_open, paid, at_close, left)])
    return np.where(ruined, -1.0, (1.0 + net) * left - 1.0), kept - leaving


def _traded(wish: np.ndarray, drifted: np.ndarray, cap: np.ndarray | None, most: float) -> np.ndarray:
    """What is traded of the wishes: no more than the caps, and no leverage beyond the limit."""
    trade = wish if cap is None else np.clip(wish, -cap, cap)
    size = np.abs(drifted + trade)
    after = size.sum(axis=1)
    over = ~(after <= most + 1e-12)
    if not over.any():
        return trade
    adds = size > np.abs(drifted)
    before = np.abs(drifted + np.where(adds, 0.0, trade)).sum(axis=1)
    room = np.where(after > before, np.clip((most - before) / (after - before), 0.0, 1.0), 0.0)
    return np.where(adds & over[:, None], trade * room[:, None], trade)


def _cap(market: Prices, costs: Costs, now: int, equity: np.ndarray) -> np.ndarray | None:
    return None if market.value is None else (costs.max_volume_fraction or 0.0) * market.value[now] / equity[:, None]
