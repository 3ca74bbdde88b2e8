"""What any strategy is measured against: buying everything once, staying in cash, and chance with the same turnover."""

from __future__ import annotations

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars, frozen
from nightshift.proof.evaluation.backtest import Backtest, follow
from nightshift.proof.evaluation.targets import targets
from nightshift.proof.metrics.ruin import until_ruin


def buy_and_hold(bars: Bars, costs: Costs) -> Backtest | None:
    """Equal money in every symbol at the second open, never traded again; None when no member has a bar there.

    A symbol whose bars end keeps its last close: what a holder would be paid is not known. Contributions are shares of the
    whole period's gross gain.
    """
    there = (bars.open[:, 1:2] > 0).all(axis=1) & (bars.close[:, 1:2] > 0).all(axis=1) if bars.shape[1] > 1 else np.zeros(0, dtype=bool)
    if bars.member is not None and bars.shape[1] > 1:
        there &= bars.member[:, 1]
    if not there.any():
        return None
    rate = min((costs.commission_bps + costs.slippage_bps) / 1e4, 1.0)
    value = np.where(np.isfinite(bars.close[there]), bars.close[there], 0.0)[:, 1:]
    for now in range(1, value.shape[1]):
        value[:, now] = np.where(value[:, now] > 0, value[:, now], value[:, now - 1])
    worth = value / bars.open[there, 1:2] / there.sum()
    grown = np.concatenate([[1.0, 1.0], worth.sum(axis=0)])
    gross = np.append(0.0, grown[2:] / grown[1:-1] - 1.0)
    once = np.zeros(len(gross))
    once[1] = 1.0
    net = until_ruin((1.0 + gross) * (1.0 - rate * once) - 1.0)
    added, exposure = np.zeros(len(bars.symbols)), np.append(0.0, np.ones(len(gross) - 1))
    added[there] = worth[:, -1] - 1.0 / there.sum()
    if (net == -1.0).any():  # the cost of buying was everything
        end = int(np.argmax(net == -1.0))
        gross[end + 1 :], exposure[end:], added[there] = 0.0, 0.0, -1.0 / there.sum()
    return _backtest(bars, net, gross, once, exposure, added)


def cash(bars: Bars) -> Backtest:
    """Nothing held, nothing earned."""
    nothing = np.zeros(len(bars.sessions))
    return _backtest(bars, nothing, nothing, nothing, nothing, np.zeros(len(bars.symbols)))


def random_same_turnover(bars: Bars, score: np.ndarray, costs: Costs, task: str, seed: int) -> Backtest:
    """The strategy's own weights, given to other symbols and moved in time: the same trading with no knowledge in it.

    Symbols are permuted and sessions rotated, both at random; a symbol without a bar is not held.
    """
    rng = np.random.default_rng(seed)
    wanted = targets(score, costs, task)
    n_symbols, n_sessions = wanted.shape
    moved = np.roll(wanted[rng.permutation(n_symbols)], int(rng.integers(1, max(n_sessions, 2))), axis=1)
    return follow(bars, np.where(bars.eligible, moved, 0.0), costs)


def _backtest(bars: Bars, net: np.ndarray, gross: np.ndarray, turnover: np.ndarray, exposure: np.ndarray, added: np.ndarray) -> Backtest:
    cost = 1.0 - (1.0 + net) / (1.0 + gross)
    return Backtest(
        sessions=bars.sessions,
        net_return_fraction=frozen(net.copy()),
        gross_return_fraction=frozen(gross.copy()),
        cost_fraction=frozen(cost),
        turnover_fraction=frozen(turnover.copy()),
        exposure_fraction=frozen(exposure.copy()),
        borrow_fraction=frozen(np.zeros(len(net))),
        symbols=bars.symbols,
        contribution_fraction=frozen(added),
    )
