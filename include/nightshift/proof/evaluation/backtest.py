"""The backtest: decided at a close, filled at the next open, marked at every close, in fractions of the equity.

The accounting, exactly. After the close of session t the strategy wants weights w(t). At the open of t+1 the holdings,
drifted from the close, are traded to w(t) × equity at that open wherever a symbol can be traded; the cost, (commission +
slippage) × traded notional and `borrow_bps_annual` × notional held short × nights / 365, is paid pro rata out of everything
held, cash included, so that weights stay as wanted.

    net return(t+1) = (1 + overnight return of the old weights) × (1 − cost) × (1 + return open → close of the new weights) − 1

A missing bar makes a symbol untradable at that open: its holding is carried. After an overnight rise of `limit_move_fraction`
or more it cannot be bought (nor a short be bought back), after such a fall it cannot be sold. A volume cap cuts each trade
to a share of the session's traded value. If limits would push |weights| above `max_leverage`, the trades that add exposure
are cut in proportion. A symbol whose bars end before the market's do is sold at its last close, at the same cost.
Nothing is sold on the last session: the equity is marked at its close. Who is no member of the market at a close is not wanted then.

Ruin is the end: a session that costs the whole equity (a short that trebled, a cost beyond everything) returns −100 %, what is
lost beyond it is the lender's, and nothing is traded, held or earned afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nightshift.config import Costs
from nightshift.nouns.bars import Bars, frozen
from nightshift.proof.evaluation import held, swift
from nightshift.proof.evaluation.targets import targets


@dataclass(frozen=True, eq=False)
class Backtest:
    """One strategy on one market: every series has one number a session; the first session is spent in cash."""

    sessions: np.ndarray  # datetime64[D]
    net_return_fraction: np.ndarray
    gross_return_fraction: np.ndarray  # the same trades free of cost
    cost_fraction: np.ndarray  # of the equity at the open (and at the close for a delisting)
    turnover_fraction: np.ndarray  # |bought| + |sold| over the equity
    exposure_fraction: np.ndarray  # |long| + |short| at the close over the equity
    borrow_fraction: np.ndarray  # of the equity at the open, paid for what was held short overnight; part of the cost
    symbols: tuple[str, ...]
    contribution_fraction: np.ndarray  # (symbols,): what each added to the sum of the net returns, its costs taken off
    weights: np.ndarray | None = None  # (symbols, sessions) held at each close; None unless asked for
    trades: np.ndarray | None = None  # (symbols, sessions) traded at each open, as fractions of the equity; None unless asked for

    @property
    def total_return_fraction(self) -> float:
        """Compound net return of the whole period."""
        return float(np.prod(1.0 + self.net_return_fraction) - 1.0)


def backtest(bars: Bars, score: np.ndarray, costs: Costs, task: str = "classification", keep_weights: bool = False) -> Backtest:
    """Trade `score` (symbols, sessions) on `bars` in the market's style and with its frictions.

    >>> from nightshift.nouns.bars import Bars
    >>> price = np.array([[10.0, 10.0, 11.0]])
    >>> bars = Bars(("A",), np.arange(3).astype("datetime64[D]"), price, price, price, price * 1.1, price)
    >>> free = Costs(commission_bps=0, slippage_bps=0)
    >>> backtest(bars, np.array([[0.9, 0.9, 0.9]]), free).net_return_fraction.round(6)  # bought at the second open
    array([0. , 0.1, 0.1])
    """
    return follow(bars, targets(score, costs, task), costs, keep_weights)


def follow(bars: Bars, wanted: np.ndarray, costs: Costs, keep_weights: bool = False) -> Backtest:
    """Trade target weights (symbols, sessions), each decided at its session's close."""
    if wanted.shape != bars.shape:
        raise ValueError(f"expected weights of shape {bars.shape}; found {wanted.shape}; next: align them to the bars")
    if bars.member is not None:
        wanted = np.where(bars.member, wanted, 0.0)
    limited = costs.max_volume_fraction is not None or costs.limit_move_fraction is not None
    path = None if limited or keep_weights else swift.path(bars, wanted, costs)
    path = path or held.path(bars, wanted, costs, keep_weights)
    series = {name: frozen(getattr(path, name)) for name in held.SERIES}
    kept = {name: frozen(one) for name in ("weights", "trades") if (one := getattr(path, name)) is not None}
    return Backtest(bars.sessions, **series, symbols=bars.symbols, contribution_fraction=frozen(path.contribution_fraction), **kept)


def each_symbol(bars: Bars, score: np.ndarray, costs: Costs, task: str = "classification") -> tuple[Backtest, ...]:
    """Every symbol traded alone with the whole equity, in the market's style and with its frictions."""
    alone = [bars.of((symbol,)) for symbol in bars.symbols]
    return tuple(backtest(one, score[row : row + 1], costs, task) for row, one in enumerate(alone))
