"""Trading metrics of net returns a session, along the last axis (so that a bootstrap's replicas need no loop). 252 sessions a year."""

from __future__ import annotations

import numpy as np

from nightshift.proof.metrics.metric import SESSIONS_A_YEAR, ratio


def sharpe_annual(returns: np.ndarray) -> np.ndarray:
    """Mean over standard deviation, annualised; negative when money was lost; undefined for constant returns.

    >>> round(float(sharpe_annual(np.array([-0.01, 0.01, -0.02, 0.01]))), 2)
    -2.65
    """
    return _varying(returns, ratio(returns.mean(axis=-1), deviation(returns)) * np.sqrt(SESSIONS_A_YEAR))


def sortino_annual(returns: np.ndarray) -> np.ndarray:
    """Mean over downside deviation (root mean square of the losses), annualised; undefined without a losing session.

    >>> round(float(sortino_annual(np.array([0.02, -0.01, 0.02, -0.01]))), 2)
    11.22
    """
    downside = np.sqrt((np.minimum(returns, 0.0) ** 2).mean(axis=-1))
    return _varying(returns, ratio(returns.mean(axis=-1), downside) * np.sqrt(SESSIONS_A_YEAR))


def calmar(returns: np.ndarray) -> np.ndarray:
    """Annual return over the deepest drawdown; negative when money was lost; undefined without a fall.

    >>> round(float(calmar(np.array([0.0, -0.5, 0.0, 1.0]))), 9)
    0.0
    """
    return ratio(return_annual_fraction(returns), drawdown_max_fraction(returns))


def drawdown_max_fraction(returns: np.ndarray) -> np.ndarray:
    """Deepest fall from a peak (the start counts as one), as a positive fraction of that peak; lower is better.

    >>> round(float(drawdown_max_fraction(np.array([0.25, -0.50, 0.10]))), 3)
    0.5
    """
    return -drawdown_fraction(returns).min(axis=-1)


def drawdown_fraction(returns: np.ndarray) -> np.ndarray:
    """Distance below the highest equity so far, session by session; 0 at a peak, negative below it.

    >>> drawdown_fraction(np.array([0.25, -0.50, 1.0]))
    array([ 0. , -0.5,  0. ])
    """
    grown = equity(returns)
    return grown / np.maximum(np.maximum.accumulate(grown, axis=-1), 1.0) - 1.0


def equity(returns: np.ndarray) -> np.ndarray:
    """What 1 has become after each session; never below 0.

    >>> equity(np.array([0.25, -0.5]))
    array([1.25 , 0.625])
    """
    return np.cumprod(np.maximum(1.0 + returns, 0.0), axis=-1)


def return_total_fraction(returns: np.ndarray) -> np.ndarray:
    """Compound return of the whole period: 0.1 is +10 %, negative is a loss.

    >>> round(float(return_total_fraction(np.array([0.25, -0.5]))), 3)
    -0.375
    """
    return np.prod(np.maximum(1.0 + returns, 0.0), axis=-1) - 1.0


def return_annual_fraction(returns: np.ndarray) -> np.ndarray:
    """Compound return as a rate a year: 0.1 is +10 % a year, negative is a loss.

    >>> round(float(return_annual_fraction(np.full(126, 0.001))), 3)
    0.286
    """
    return (1.0 + return_total_fraction(returns)) ** (SESSIONS_A_YEAR / returns.shape[-1]) - 1.0


def volatility_annual_fraction(returns: np.ndarray) -> np.ndarray:
    """Standard deviation of the returns, annualised: 0.16 is 16 % a year; lower is better.

    >>> round(float(volatility_annual_fraction(np.array([0.01, -0.01, 0.01, -0.01]))), 3)
    0.183
    """
    return deviation(returns) * np.sqrt(SESSIONS_A_YEAR)


def win_rate(returns: np.ndarray) -> np.ndarray:
    """Share of the sessions with a gain among those with a gain or a loss, 0 to 1.

    >>> float(win_rate(np.array([0.02, -0.01, 0.0, -0.03, -0.01])))
    0.25
    """
    return ratio((returns > 0).sum(axis=-1), (returns != 0).sum(axis=-1))


def profit_factor(returns: np.ndarray) -> np.ndarray:
    """Sum of the gains over the sum of the losses: 1 breaks even, below 1 loses; undefined without a losing session.

    >>> round(float(profit_factor(np.array([0.02, -0.04]))), 3)
    0.5
    """
    return ratio(np.maximum(returns, 0.0).sum(axis=-1), np.maximum(-returns, 0.0).sum(axis=-1))


def var_95_fraction(returns: np.ndarray) -> np.ndarray:
    """Loss that one session in twenty exceeds, as a positive fraction; lower is better.

    >>> round(float(var_95_fraction(np.linspace(-0.10, 0.10, 21))), 3)
    0.09
    """
    return -np.quantile(returns, 0.05, axis=-1)


def cvar_95_fraction(returns: np.ndarray) -> np.ndarray:
    """Mean loss of the sessions at or beyond the 95 % value at risk, as a positive fraction; lower is better.

    >>> round(float(cvar_95_fraction(np.linspace(-0.10, 0.10, 21))), 3)
    0.095
    """
    tail = returns <= np.expand_dims(-var_95_fraction(returns), -1)
    return -ratio(np.where(tail, returns, 0.0).sum(axis=-1), tail.sum(axis=-1))


def turnover_annual(turnover_fraction: np.ndarray) -> np.ndarray:
    """Traded notional (buys plus sells) a year, in multiples of the equity; lower is cheaper.

    >>> float(turnover_annual(np.array([1.0, 0.0])))
    126.0
    """
    return turnover_fraction.mean(axis=-1) * SESSIONS_A_YEAR


def exposure_fraction(exposure: np.ndarray) -> np.ndarray:
    """Mean of |long| + |short| at the close, as a fraction of the equity: 1 is fully invested.

    >>> float(exposure_fraction(np.array([1.0, 0.0])))
    0.5
    """
    return exposure.mean(axis=-1)


def deviation(returns: np.ndarray) -> np.ndarray:
    """Sample standard deviation a session (n − 1); NaN with fewer than two sessions.

    >>> round(float(deviation(np.array([0.01, 0.03]))), 4)
    0.0141
    """
    return returns.std(axis=-1, ddof=1) if returns.shape[-1] > 1 else np.full(returns.shape[:-1], np.nan)


def _varying(returns: np.ndarray, value: np.ndarray) -> np.ndarray:
    spread, size = np.ptp(returns, axis=-1), np.abs(returns).max(axis=-1)
    return np.where(spread > 1e-12 * size, value, np.nan)  # rounding alone is no variation
