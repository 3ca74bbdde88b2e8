"""What portfolios earned, as lines, months, falls and a distribution: pure functions of net return fractions, one a session."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nightshift.nouns.drawn_curves import Distribution, Fall, Histogram, Year
from nightshift.proof.metrics.every_metric import METRICS
from nightshift.proof.metrics.metric import measured
from nightshift.proof.metrics.risk import drawdown_fraction
from nightshift.proof.metrics.ruin import until_ruin

FALLS = 5
BINS_MOST, BINS_LEAST = 31, 8


def rolling_sharpe(returns: np.ndarray, window: int, sessions_a_year: float) -> np.ndarray:
    """Annual Sharpe of every stretch of `window` sessions, NaN before the first full one or without any variation.

    >>> rolling_sharpe(np.array([0.01, 0.01, 0.03]), 2, sessions_a_year=252).round(2).tolist()
    [nan, nan, 22.45]
    """
    out = np.full(len(returns), np.nan)
    if len(returns) < window:
        return out
    views = np.lib.stride_tricks.sliding_window_view(returns, window)
    spread = views.std(axis=1, ddof=1)
    sharpe = np.divide(views.mean(axis=1), spread, out=np.full(len(views), np.nan), where=spread > 1e-12)
    out[window - 1 :] = sharpe * np.sqrt(sessions_a_year)
    return out


def years(sessions: Sequence[str], returns: np.ndarray) -> tuple[Year, ...]:
    """Compound return of each calendar month that has a session, and of each year.

    >>> [year] = years(("2026-01-30", "2026-02-02", "2026-02-03"), np.array([0.1, 0.5, -0.5]))
    >>> year.months[:3], year.total
    ((0.1, -0.25, None), -0.175)
    """
    by_month: dict[str, float] = {}
    for session, value in zip(sessions, until_ruin(returns).tolist(), strict=True):
        by_month[session[:7]] = (1.0 + by_month.get(session[:7], 0.0)) * (1.0 + value) - 1.0
    return tuple(_year(year, by_month) for year in sorted({month[:4] for month in by_month}))


def _year(year: str, by_month: dict[str, float]) -> Year:
    months = tuple(by_month.get(f"{year}-{number:02d}") for number in range(1, 13))
    return Year(year=year, months=months, total=float(np.prod([1.0 + value for value in months if value is not None]) - 1.0))


def worst_falls(sessions: Sequence[str], returns: np.ndarray) -> tuple[Fall, ...]:
    """From which peak to which bottom, recovered when; the deepest first. A fall from the start has its peak at the first session.

    >>> worst_falls(("a", "b", "c", "d"), np.array([0.1, -0.5, 0.2, 1.0]))
    (Fall(depth=-0.5, peak='a', bottom='b', recovered='d', sessions=2),)
    """
    below, start = drawdown_fraction(returns), 0
    falls: list[Fall] = []
    while start < len(below):
        end = next((place for place in range(start, len(below)) if below[place] >= 0), len(below))
        if end > start:
            bottom = start + int(np.argmin(below[start:end]))
            recovered, peak = sessions[end] if end < len(below) else "", sessions[max(start - 1, 0)]
            falls.append(Fall(depth=below[bottom], peak=peak, bottom=sessions[bottom], recovered=recovered, sessions=end - start))
        start = end + 1
    return tuple(sorted(falls, key=lambda fall: fall.depth or 0.0)[:FALLS])


def distribution(of: dict[str, np.ndarray]) -> Distribution:
    """How often each size of a session's return came, in bins that all share; the first one's tail is named.

    >>> distribution({"ridge": np.array([0.01, -0.01, 0.01])}).of[0].share[-1]
    0.66666667
    """
    edges = _edges(list(of.values()))
    histograms = [(name, np.histogram(values, bins=edges)[0] / len(values), _tail(values)) for name, values in of.items()]
    return Distribution(
        least=edges[0],
        most=edges[-1],
        middles=(edges[1:] + edges[:-1]) / 2,
        of=tuple(Histogram(name=name, share=share, var_95_fraction=tail) for name, share, tail in histograms),
    )


def _tail(values: np.ndarray) -> float | None:
    return measured(METRICS["var_95_fraction"], values).value


def _edges(values: list[np.ndarray]) -> np.ndarray:
    every = np.concatenate(values) if values else np.array([-0.01, 0.01])
    n_bins = min(BINS_MOST, max(BINS_LEAST, int(np.sqrt(len(every)) * 1.5)))
    return np.linspace(every.min(), every.max(), n_bins)
