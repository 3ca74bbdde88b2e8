"""A strategy's own weights given to other symbols and moved in time, again and again: such books walked through some at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars
from nightshift.proof.evaluation import reference
from nightshift.proof.evaluation.held import Prices, prices
from nightshift.proof.evaluation.targets import targets
from nightshift.proof.examination.books.many_books import to_be_walked, walked

BOOKS_AT_ONCE = 10  # their wishes lie in memory together


def moved_returns(bars: Bars, score: np.ndarray, costs: Costs, task: str, seeds: Sequence[int]) -> list[np.ndarray]:
    """Net returns of a book a seed; of each to the bit those of `reference.random_same_turnover`."""
    if not to_be_walked(bars, costs).any():
        return [reference.random_same_turnover(bars, score, costs, task, seed).net_return_fraction for seed in seeds]
    wanted, market, net = targets(score, costs, task), _shared(prices(bars, costs)), []
    for first in range(0, len(seeds), BOOKS_AT_ONCE):
        books = [_moved(bars, wanted, seed).T for seed in seeds[first : first + BOOKS_AT_ONCE]]
        aims = np.stack(books, axis=1)  # (sessions, books, symbols), a session's in one piece
        net += [*walked(market, aims.__getitem__, aims.shape[1:], costs)]
    return net


def _moved(bars: Bars, wanted: np.ndarray, seed: int) -> np.ndarray:
    """Symbols permuted and sessions rotated; a symbol without a bar is not held."""
    rng = np.random.default_rng(seed)
    n_symbols, n_sessions = wanted.shape
    rows = wanted[rng.permutation(n_symbols)]
    return np.where(bars.eligible, np.roll(rows, int(rng.integers(1, max(n_sessions, 2))), axis=1), 0.0)


def _shared(market: Prices) -> Prices:
    """The market as it is for every book."""
    shared = {name: getattr(market, name)[:, None] for name in ("overnight", "intraday", "buyable", "sellable", "ends")}
    return replace(market, **shared, value=None if market.value is None else market.value[:, None])
