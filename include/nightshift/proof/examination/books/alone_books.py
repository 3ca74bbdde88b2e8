"""Every symbol traded alone with the whole equity: what each of them returned, all walked through at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation.backtest import each_symbol
from nightshift.proof.evaluation.held import Prices, prices
from nightshift.proof.evaluation.targets import targets
from nightshift.proof.examination.books.many_books import to_be_walked, walked


def alone_return_fractions(bars: Bars, score: np.ndarray, costs: Costs, task: str) -> list[float]:
    """Compound net return of each symbol, in the market's style and with its frictions; to the bit that of `backtest.each_symbol`."""
    walk = to_be_walked(bars, costs)
    out = np.empty(len(bars.symbols))
    out[~walk] = [one.total_return_fraction for one in each_symbol(_only(bars, ~walk), score[~walk], costs, task)]
    if walk.any():
        out[walk] = [np.prod(1.0 + net) - 1.0 for net in _walked(_only(bars, walk), score[walk], costs, task)]
    returned: list[float] = out.tolist()
    return returned


def _only(bars: Bars, wanted: np.ndarray) -> Bars:
    return bars.of(tuple(symbol for symbol, is_wanted in zip(bars.symbols, wanted.tolist(), strict=True) if is_wanted))


def _walked(bars: Bars, score: np.ndarray, costs: Costs, task: str) -> np.ndarray:
    wanted = np.concatenate([targets(score[row : row + 1], costs, task) for row in range(len(score))])
    aims = np.where(True if bars.member is None else bars.member, np.nan_to_num(wanted), 0.0).T
    apart = np.ascontiguousarray(aims)[:, :, None]
    return walked(_a_book_each(prices(bars, costs)), apart.__getitem__, (len(wanted), 1), costs)


def _a_book_each(market: Prices) -> Prices:
    """The market as books of one symbol."""
    apart = {name: getattr(market, name)[:, :, None] for name in ("overnight", "intraday", "buyable", "sellable", "ends")}
    return replace(market, **apart, value=None if market.value is None else market.value[:, :, None])
