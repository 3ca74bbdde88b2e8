"""How much cost and how much money a strategy bears: cost curve, break-even cost, capacity."""

from __future__ import annotations

import numpy as np

from nightshift.nouns.bars import Bars
from nightshift.nouns.slice_rows import Capacity, CostPoint
from nightshift.proof.evaluation.backtest import Backtest, backtest
from nightshift.proof.evaluation.material import Material
from nightshift.proof.metrics.ruin import until_ruin
from nightshift.proof.metrics.trading import return_total_fraction, sharpe_annual

COSTS_BPS = (0.0, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0)
PARTICIPATION = 0.01  # of a session's traded value, beyond which a trade would move the price
SPARED = 0.05  # share of the traded notional that may be beyond it


def at_cost(result: Backtest, cost_bps: float) -> np.ndarray:
    """The net returns had every trade cost `cost_bps` of its notional, the trades unchanged."""
    paid = np.maximum(1.0 - cost_bps / 1e4 * result.turnover_fraction - result.borrow_fraction, 0.0)
    return until_ruin((1.0 + result.gross_return_fraction) * paid - 1.0)


def cost_curve(result: Backtest, sessions_a_year: float, costs_bps: tuple[float, ...] = COSTS_BPS) -> tuple[CostPoint, ...]:
    """Total return and annual Sharpe at each cost."""
    rows = [(cost, at_cost(result, cost)) for cost in costs_bps]
    return tuple(
        CostPoint(cost_bps=cost, return_total_fraction=return_total_fraction(net), sharpe_annual=sharpe_annual(net, sessions_a_year))
        for cost, net in rows
    )


def break_even_bps(result: Backtest) -> float:
    """Cost of a trade, in basis points of its notional, at which the total net return is 0; NaN when nothing was traded.

    Negative when the strategy loses even for free: it would have to be paid.
    """
    if not result.turnover_fraction.any() or (result.gross_return_fraction <= -1).any():
        return float("nan")
    growth, turnover = float(np.log1p(result.gross_return_fraction).sum()), result.turnover_fraction
    kept = 1.0 - result.borrow_fraction
    free = growth + np.log(np.maximum(kept, 1e-300)).sum()
    low, high = (0.0, 1e4 / turnover.max()) if free > 0 else (-1e4, 0.0)
    for _ in range(80):
        middle = (low + high) / 2.0
        left = growth + np.log(np.maximum(kept - middle / 1e4 * turnover, 1e-300)).sum()
        low, high = (middle, high) if left > 0 else (low, middle)
    return (low + high) / 2.0


def capacity(material: Material, leader: str) -> Capacity:
    """How much money the leader bears on the test sessions."""
    bars = material.bars_of("test")
    traded = backtest(bars, material.traded_score(leader, "test"), material.market.costs, material.task, keep_weights=True)
    return Capacity(capital=capacity_capital(bars, traded), participation_fraction=PARTICIPATION, spared_fraction=SPARED)


def capacity_capital(bars: Bars, result: Backtest, participation: float = PARTICIPATION, spared: float = SPARED) -> float:
    """Capital, in the prices' currency, up to which all but `spared` of the traded notional stays within `participation` of the volume.

    Needs a backtest with its trades kept; NaN when nothing was traded or no volume is known.
    """
    if result.trades is None:
        raise ValueError("expected a backtest with trades; found none; next: backtest(…, keep_weights=True)")
    size = np.abs(result.trades)
    value = bars.volume * bars.open
    known = (size > 0) & np.isfinite(value)
    if not known.any() or not value[known].any():
        return float("nan")
    full_at, weight = participation * value[known] / size[known], size[known]
    order = np.argsort(full_at)
    reached = np.cumsum(weight[order]) / weight.sum()
    return float(full_at[order][np.searchsorted(reached, spared, side="right").clip(max=len(order) - 1)])
