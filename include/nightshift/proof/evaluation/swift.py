"""The fast way through a backtest: no loop over sessions, for markets where every wish can be filled. Same numbers as `held`.

With w the weights held from the open of s, a = close/open and b = open over the open before, everything a session needs are
sums over symbols of w·a and w·b, taken block by block so that the arrays between stay near the processor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation.held import Path, borrow_rates
from nightshift.proof.metrics.ruin import RUIN_FRACTION

BLOCK_BYTES = 1_000_000


@dataclass(frozen=True, eq=False)
class _Block:
    """Sums over symbols for a run of sessions, and what each symbol added in it."""

    overnight: np.ndarray
    intraday: np.ndarray
    turnover: np.ndarray
    exposure: np.ndarray
    borrow: np.ndarray
    added: np.ndarray
    within: bool  # every price was positive, no wish beyond the leverage limit, and nothing ruined the book
    held_sum: float  # Σ w·a of its last session: the next block's overnight return starts from it


def path(bars: Bars, wanted: np.ndarray, costs: Costs) -> Path | None:
    """The backtest of wishes that can all be filled; None when a bar is missing, a wish is beyond the limit, or it ends in ruin."""
    n_symbols, n_sessions = bars.shape
    width = max(BLOCK_BYTES // (8 * max(n_symbols, 1)), 8)
    blocks: list[_Block] = []
    with np.errstate(all="ignore"):  # what is not finite is found below and takes the general way
        for first in range(1, n_sessions, width):
            block = _block(bars, wanted, slice(first, min(first + width, n_sessions)), costs, blocks[-1] if blocks else None)
            if not block.within:
                return None
            blocks.append(block)
    return _joined(blocks, n_symbols, _rate(costs))


def _block(bars: Bars, wanted: np.ndarray, at: slice, costs: Costs, before: _Block | None) -> _Block:
    opened, earlier = bars.open[:, at], bars.open[:, at.start - 1 : at.stop - 1]
    held = wanted[:, at.start - 1 : at.stop - 1]
    last_held = wanted[:, at.start - 2 : at.stop - 2] if before else np.hstack([np.zeros((len(wanted), 1)), wanted[:, : at.stop - 2]])
    ones = np.ones(len(wanted))
    at_close = held * (bars.close[:, at] / opened)
    at_open = (
        last_held * (opened / earlier) if before else last_held * np.hstack([np.ones((len(wanted), 1)), opened[:, 1:] / earlier[:, 1:]])
    )
    sum_close, sum_open, sum_held = ones @ at_close, ones @ at_open, ones @ held
    intraday = sum_close - sum_held
    intraday_before = np.append(before.intraday[-1] if before else 0.0, intraday[:-1])
    sum_close_before = np.append(before.held_sum if before else 0.0, sum_close[:-1])
    overnight = (sum_open - sum_close_before) / (1.0 + intraday_before)
    grown, rate = 1.0 + overnight, _rate(costs)
    trade = at_open * (-1.0 / ((1.0 + intraday_before) * grown))
    trade += held
    np.abs(trade, out=trade)
    turnover = ones @ trade
    short = bool(held.min(initial=0.0) < 0)
    gross_close, gross_held = (ones @ np.abs(at_close), ones @ np.abs(held)) if short else (sum_close, sum_held)
    lent, lent_by = _lent(at_open, costs.borrow_bps_annual and borrow_rates(bars, costs)[at] / (1.0 + intraday_before))
    left = 1.0 - rate * turnover - lent / grown
    paid = grown * left
    added = (
        at_open @ (1.0 / (1.0 + intraday_before))
        + at_close @ (paid - np.append(1.0 / (1.0 + intraday[:-1]), 0.0))
        - held @ paid
        - trade @ (rate * grown)
        - lent_by
    )
    if before is not None:
        added = added - wanted[:, at.start - 2] * (bars.close[:, at.start - 1] / earlier[:, 0]) / (1.0 + before.intraday[-1])
    within = bool(opened.min() > 0 and (gross_held <= costs.max_leverage + 1e-12).all()) and _lives(grown, 1.0 + intraday, left)
    return _Block(overnight, intraday, turnover, gross_close / (1.0 + intraday), lent / grown, added, within, float(sum_close[-1]))


def _lent(at_open: np.ndarray, rate: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """What the shorts held overnight cost, over the equity at the close before: by session and by symbol."""
    if not isinstance(rate, np.ndarray):  # nothing is charged: no array of the market's size is made
        return np.zeros(at_open.shape[1]), np.zeros(len(at_open))
    paid = np.maximum(-at_open, 0.0) * rate
    return paid.sum(axis=0), paid.sum(axis=1)


def _lives(*factors: np.ndarray) -> bool:
    """True while every factor of the equity is a number, and leaves something of it."""
    return all(bool(np.isfinite(factor).all() and factor.min() > RUIN_FRACTION) for factor in factors)


def _joined(blocks: list[_Block], n_symbols: int, rate: float) -> Path:
    overnight, intraday, turnover, exposure, borrow = (
        np.concatenate([[0.0], *[getattr(block, name) for block in blocks]])
        for name in ("overnight", "intraday", "turnover", "exposure", "borrow")
    )
    cost = rate * turnover + borrow
    gross = (1.0 + overnight) * (1.0 + intraday) - 1.0
    net = (1.0 + overnight) * (1.0 - cost) * (1.0 + intraday) - 1.0
    added = sum((block.added for block in blocks), np.zeros(n_symbols))
    return Path(net, gross, cost, turnover, exposure, borrow, added, None, None)


def _rate(costs: Costs) -> float:
    return (costs.commission_bps + costs.slippage_bps) / 1e4
