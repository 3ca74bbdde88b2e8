"""Trading metrics of net returns a session, along the last axis (so that a bootstrap's replicas need no loop)."""

from __future__ import annotations

import math

import numpy as np

from nightshift.proof.metrics.declaring import metric
from nightshift.proof.metrics.metric import ratio
from nightshift.proof.metrics.risk import deviation, drawdown_max_fraction
from nightshift.proof.metrics.ruin import until_ruin
from nightshift.proof.metrics.unit import A_YEAR, FRACTION, FRACTION_A_YEAR, Unit

LOSSES = "0 of 1 losing sessions"


@metric("trading", unit=A_YEAR, better="higher", group="Net return", label="Sharpe", undefined="1 of 2 distinct returns")
def sharpe_annual(returns: np.ndarray, sessions_a_year: float) -> np.ndarray:
    """Mean over standard deviation, annualised; negative when money was lost; undefined for constant returns.

    >>> round(float(sharpe_annual(np.array([-0.01, 0.01, -0.02, 0.01]), sessions_a_year=252)), 2)
    -2.65
    """
    returns = until_ruin(returns)
    return _varying(returns, ratio(returns.mean(axis=-1), deviation(returns)) * np.sqrt(sessions_a_year))


@metric("trading", unit=A_YEAR, better="higher", group="Net return", label="Sortino", undefined=LOSSES)
def sortino_annual(returns: np.ndarray, sessions_a_year: float) -> np.ndarray:
    """Mean over downside deviation (root mean square of the losses), annualised; undefined without a losing session.

    >>> round(float(sortino_annual(np.array([0.02, -0.01, 0.02, -0.01]), sessions_a_year=252)), 2)
    11.22
    """
    returns = until_ruin(returns)
    downside = np.sqrt((np.minimum(returns, 0.0) ** 2).mean(axis=-1))
    return _varying(returns, ratio(returns.mean(axis=-1), downside) * np.sqrt(sessions_a_year))


@metric("trading", unit=Unit("a year", "ratio"), better="higher", group="Net return", label="Calmar", undefined="0 of 1 falls from a peak")
def calmar(returns: np.ndarray, sessions_a_year: float) -> np.ndarray:
    """Annual return over the deepest drawdown; negative when money was lost; undefined without a fall.

    >>> round(float(calmar(np.array([0.0, -0.5, 0.0, 1.0]), sessions_a_year=252)), 9)
    0.0
    """
    return ratio(return_annual_fraction(returns, sessions_a_year), drawdown_max_fraction(returns))


@metric("trading", unit=FRACTION, better="higher", group="Net return", label="Total return", lowest=-1.0, highest=math.inf)
def return_total_fraction(returns: np.ndarray) -> np.ndarray:
    """Compound return of the whole period: 0.1 is +10 %, negative is a loss.

    >>> round(float(return_total_fraction(np.array([0.25, -0.5]))), 3)
    -0.375
    """
    return np.prod(1.0 + until_ruin(returns), axis=-1) - 1.0


@metric("trading", unit=FRACTION_A_YEAR, better="higher", group="Net return", label="Annual return", lowest=-1.0)
def return_annual_fraction(returns: np.ndarray, sessions_a_year: float) -> np.ndarray:
    """Compound return as a rate a year: 0.1 is +10 % a year, negative is a loss.

    >>> round(float(return_annual_fraction(np.full(126, 0.001), sessions_a_year=252)), 3)
    0.286
    """
    with np.errstate(over="ignore"):  # a rate beyond every number is infinite, and infinity passes no gate
        return (1.0 + return_total_fraction(returns)) ** (sessions_a_year / returns.shape[-1]) - 1.0


@metric("trading", unit=FRACTION, better="higher", group="Net return", label="Win rate", undefined="0 of 1 sessions with a gain or a loss")
def win_rate(returns: np.ndarray) -> np.ndarray:
    """Share of the sessions with a gain among those with a gain or a loss, 0 to 1.

    >>> float(win_rate(np.array([0.02, -0.01, 0.0, -0.03, -0.01])))
    0.25
    """
    returns = until_ruin(returns)
    return ratio((returns > 0).sum(axis=-1), (returns != 0).sum(axis=-1))


@metric(
    "trading", unit=Unit("gains a loss", "ratio", lowest=0.0), better="higher", group="Net return", label="Profit factor", undefined=LOSSES
)
def profit_factor(returns: np.ndarray) -> np.ndarray:
    """Sum of the gains over the sum of the losses: 1 breaks even, below 1 loses; undefined without a losing session.

    >>> round(float(profit_factor(np.array([0.02, -0.04]))), 3)
    0.5
    """
    returns = until_ruin(returns)
    return ratio(np.maximum(returns, 0.0).sum(axis=-1), np.maximum(-returns, 0.0).sum(axis=-1))


@metric("trading", unit=Unit("equities a year", "times", lowest=0.0), better="neither", group="Trading", label="Turnover", needs="turnover")
def turnover_annual(turnover_fraction: np.ndarray, sessions_a_year: float) -> np.ndarray:
    """Traded notional (buys plus sells) a year, in multiples of the equity; lower is cheaper.

    >>> float(turnover_annual(np.array([1.0, 0.0]), sessions_a_year=252))
    126.0
    """
    return turnover_fraction.mean(axis=-1) * sessions_a_year


@metric("trading", unit=FRACTION, better="neither", group="Trading", label="Exposure", needs="exposure", highest=math.inf)
def exposure_fraction(exposure: np.ndarray) -> np.ndarray:
    """Mean of |long| + |short| at the close, as a fraction of the equity: 1 is fully invested.

    >>> float(exposure_fraction(np.array([1.0, 0.0])))
    0.5
    """
    return exposure.mean(axis=-1)


def _varying(returns: np.ndarray, value: np.ndarray) -> np.ndarray:
    spread, size = np.ptp(returns, axis=-1), np.abs(returns).max(axis=-1)
    return np.where(spread > 1e-12 * size, value, np.nan)  # rounding alone is no variation
