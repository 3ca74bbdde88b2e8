"""What a series of net returns risked, along the last axis (so that a bootstrap's replicas need no loop)."""

from __future__ import annotations

import math

import numpy as np

from nightshift.proof.metrics.declaring import metric
from nightshift.proof.metrics.metric import ratio
from nightshift.proof.metrics.ruin import until_ruin
from nightshift.proof.metrics.unit import FRACTION, FRACTION_A_YEAR

TAIL_SESSIONS = 60  # least evidence for one session in twenty


def equity(returns: np.ndarray) -> np.ndarray:
    """What 1 has become after each session; never below 0.

    >>> equity(np.array([0.25, -0.5]))
    array([1.25 , 0.625])
    """
    return np.cumprod(1.0 + until_ruin(returns), axis=-1)


def deviation(returns: np.ndarray) -> np.ndarray:
    """Sample standard deviation a session (n − 1); NaN with fewer than two sessions.

    >>> round(float(deviation(np.array([0.01, 0.03]))), 4)
    0.0141
    """
    return returns.std(axis=-1, ddof=1) if returns.shape[-1] > 1 else np.full(returns.shape[:-1], np.nan)


def drawdown_fraction(returns: np.ndarray) -> np.ndarray:
    """Distance below the highest equity so far, session by session; 0 at a peak, negative below it.

    >>> drawdown_fraction(np.array([0.25, -0.50, 1.0]))
    array([ 0. , -0.5,  0. ])
    """
    grown = equity(returns)
    return grown / np.maximum(np.maximum.accumulate(grown, axis=-1), 1.0) - 1.0


@metric("trading", unit=FRACTION, better="lower", group="Risk", label="Max drawdown")
def drawdown_max_fraction(returns: np.ndarray) -> np.ndarray:
    """Deepest fall from a peak (the start counts as one), as a positive fraction of that peak; lower is better.

    >>> round(float(drawdown_max_fraction(np.array([0.25, -0.50, 0.10]))), 3)
    0.5
    """
    return -drawdown_fraction(returns).min(axis=-1)


@metric("trading", unit=FRACTION_A_YEAR, better="lower", group="Risk", label="Volatility", lowest=0.0)
def volatility_annual_fraction(returns: np.ndarray, sessions_a_year: float) -> np.ndarray:
    """Standard deviation of the returns, annualised: 0.16 is 16 % a year; lower is better.

    >>> round(float(volatility_annual_fraction(np.array([0.01, -0.01, 0.01, -0.01]), sessions_a_year=252)), 3)
    0.183
    """
    return deviation(until_ruin(returns)) * np.sqrt(sessions_a_year)


@metric("trading", unit=FRACTION, better="lower", group="Risk", label="VaR 95 %", lowest=-math.inf, min_count=TAIL_SESSIONS)
def var_95_fraction(returns: np.ndarray) -> np.ndarray:
    """Loss that one session in twenty exceeds, as a positive fraction; lower is better.

    >>> round(float(var_95_fraction(np.linspace(-0.10, 0.10, 21))), 3)
    0.09
    """
    return -np.quantile(until_ruin(returns), 0.05, axis=-1)


@metric("trading", unit=FRACTION, better="lower", group="Risk", label="CVaR 95 %", lowest=-math.inf, min_count=TAIL_SESSIONS)
def cvar_95_fraction(returns: np.ndarray) -> np.ndarray:
    """Mean loss of the sessions at or beyond the 95 % value at risk, as a positive fraction; lower is better.

    >>> round(float(cvar_95_fraction(np.linspace(-0.10, 0.10, 21))), 3)
    0.095
    """
    returns = until_ruin(returns)
    tail = returns <= np.expand_dims(-var_95_fraction(returns), -1)
    return -ratio(np.where(tail, returns, 0.0).sum(axis=-1), tail.sum(axis=-1))
