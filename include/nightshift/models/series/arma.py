"""One series of returns: choosing and fitting an ARMA by statsmodels, and forecasting it by the Kalman filter."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Order = tuple[int, int]
_SMALLEST_SPREAD = 1e-8  # a symbol that never moves


@dataclass(frozen=True)
class Series:
    """An ARMA as plain numbers, in units of the series' own spread; without parameters only a mean and a spread."""

    unit: float
    mean: float
    order: Order = (0, 0)
    params: tuple[float, ...] = ()  # const, ar…, ma…, sigma2: as statsmodels orders them
    converged: bool = True

    @property
    def fitted(self) -> bool:
        """False for a series that was too short and answers with its mean."""
        return bool(self.params)


def orders(max_order: int) -> list[Order]:
    """Every (p, q) with p + q up to `max_order`, the simplest first.

    >>> orders(1)
    [(0, 0), (0, 1), (1, 0)]
    """
    every = [(p, q) for p in range(max_order + 1) for q in range(max_order + 1 - p)]
    return sorted(every, key=lambda order: (sum(order), order))


def resting(returns: np.ndarray) -> Series:
    """The mean and spread of what is known; nothing known is a fair coin."""
    known = returns[np.isfinite(returns)]
    if not len(known):
        return Series(unit=1.0, mean=0.0)
    return Series(unit=max(float(known.std()), _SMALLEST_SPREAD), mean=float(known.mean()))


def fitted(returns: np.ndarray, choices: Sequence[Order], min_sessions: int) -> Series:
    """The order with the lowest AIC, fitted; a series that is too short or never moves keeps its mean."""
    plain = resting(returns)
    if int(np.isfinite(returns).sum()) < min_sessions or plain.unit <= _SMALLEST_SPREAD:
        return plain
    results = [(order, _estimated(returns / plain.unit, order)) for order in choices]
    usable = [(float(found.aic), order, found) for order, found in results if found is not None and np.isfinite(found.aic)]
    if not usable:
        return plain
    _, order, best = min(usable, key=lambda one: one[0])  # the simpler one of equals
    return Series(plain.unit, plain.mean, order, tuple(float(p) for p in best.params), bool(best.mle_retvals["converged"]))


def forecasts(series: Series, returns: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread of the sum of the next `horizon` returns after each session, known at that session.

    >>> mean, spread = forecasts(Series(unit=2.0, mean=0.5), np.zeros(3), horizon=4)
    >>> mean.tolist(), spread.tolist()
    ([2.0, 2.0, 2.0], [4.0, 4.0, 4.0])
    """
    if not series.fitted:
        return np.full(len(returns), series.mean * horizon), np.full(len(returns), series.unit * np.sqrt(horizon))
    model = _model(returns / series.unit, series.order)
    filtered = model.filter(np.array(series.params)).filter_results
    design, transition, shocks = filtered.design[0, :, 0], filtered.transition[:, :, 0], filtered.selection[:, 0, 0]
    reach = np.zeros_like(design)  # what one unit of each state adds to the sum
    later = 0.0  # variance of shocks that come after the next session
    for session in range(horizon):
        later += float(reach @ shocks) ** 2 * series.params[-1] if session else 0.0
        reach += design @ np.linalg.matrix_power(transition, session)
    states, cov = filtered.predicted_state[:, 1:], filtered.predicted_state_cov[:, :, 1:]
    mean = horizon * filtered.obs_intercept[0, 0] + reach @ states
    variance = np.einsum("i,ijt,j->t", reach, cov, reach) + later
    return mean * series.unit, np.sqrt(np.maximum(variance, _SMALLEST_SPREAD)) * series.unit


def from_facts(facts: dict[str, Any]) -> Series:
    """The series that `dataclasses.asdict` wrote."""
    return Series(**{**facts, "order": tuple(facts["order"]), "params": tuple(facts["params"])})


def _model(standard: np.ndarray, order: Order) -> Any:
    from statsmodels.tsa.arima.model import ARIMA

    return ARIMA(standard, order=(order[0], 0, order[1]), trend="c")


def _estimated(standard: np.ndarray, order: Order) -> Any:
    """statsmodels' fit, or None where there is none for this order."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # kept in `converged`
        warnings.filterwarnings("ignore", message="Non-(stationary|invertible) starting", category=UserWarning)
        try:
            return _model(standard, order).fit(cov_type="none", low_memory=True)
        except (np.linalg.LinAlgError, ValueError):
            return None
